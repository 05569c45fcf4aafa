package wire

// OtherCA is a hierarchy of the centre beside SM2, for single certificates; all DER. A station believes it by Proof alone, however it
// came: SM3withSM2 by the SM2 root over sm.Endorsement. Issuing is under Root.
type OtherCA struct {
	Family  string `json:"family"` // p256 or rsa
	Root    []byte `json:"root"`
	Issuing []byte `json:"issuing"`
	Proof   []byte `json:"proof"`
	CRL     []byte `json:"crl,omitempty"` // in a feed only
}

// maxOthers is more families than there are.
const maxOthers = 8

func checkOthers(list []OtherCA) error {
	if len(list) > maxOthers {
		return tooLong("others", maxOthers)
	}
	for _, o := range list {
		if err := firstOf(needText("others.family", o.Family, 16), needBytes("others.root", o.Root, MaxSmall),
			needBytes("others.issuing", o.Issuing, MaxSmall), needBytes("others.proof", o.Proof, 256)); err != nil {
			return err
		}
	}
	return nil
}
