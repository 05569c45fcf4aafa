package wire

import "time"

// Anchors is the reply of PathAnchors: what a station will trust once the fingerprint of both roots equals the one in its
// join code. All DER.
type Anchors struct {
	Root      []byte   `json:"root"`    // SM2
	Issuing   [][]byte `json:"issuing"` // SM2, the one in use first
	TLSRoot   []byte   `json:"tlsRoot"` // P-256, of the line's certificates
	CMPSigner []byte   `json:"cmp"`     // SM2, signs CMP answers
	// Others are the hierarchies beside SM2 that the centre has by now; a station asks again when it needs one.
	Others []OtherCA `json:"others,omitempty"`
}

// Check implements Message.
func (a *Anchors) Check() error {
	return firstOf(needBytes("root", a.Root, MaxSmall), needList("issuing", a.Issuing, 8),
		needBytes("tlsRoot", a.TLSRoot, MaxSmall), needBytes("cmp", a.CMPSigner, MaxSmall), checkOthers(a.Others))
}

// JoinRequest is the body of PathJoin. Keys are SubjectPublicKeyInfo, DER: TLS on P-256, the others SM2.
type JoinRequest struct {
	Station string `json:"station"`
	Secret  []byte `json:"secret"` // of the join code, consumed once
	TLS     []byte `json:"tls"`
	RA      []byte `json:"ra"`
	Events  []byte `json:"events"`
	Bundle  []byte `json:"bundle"`
	// Proofs of possession: SM3withSM2 by the named key over the join's transcript.
	RAProof     []byte `json:"raProof"`
	EventsProof []byte `json:"eventsProof"`
}

// Check implements Message.
func (r *JoinRequest) Check() error {
	return firstOf(needText("station", r.Station, 64), needBytes("secret", r.Secret, 64), needBytes("tls", r.TLS, MaxSmall),
		needBytes("ra", r.RA, MaxSmall), needBytes("events", r.Events, MaxSmall), needBytes("bundle", r.Bundle, MaxSmall),
		needBytes("raProof", r.RAProof, 256), needBytes("eventsProof", r.EventsProof, 256))
}

// JoinReply answers it with a certificate for each key, DER.
type JoinReply struct {
	Station StationInfo `json:"station"`
	TLS     []byte      `json:"tls"`
	RA      []byte      `json:"ra"`
	Events  []byte      `json:"events"`
	Bundle  []byte      `json:"bundle"`
	Anchors Anchors     `json:"anchors"`
}

// Check implements Message.
func (r *JoinReply) Check() error {
	return firstOf(r.Station.check(), needBytes("tls", r.TLS, MaxSmall), needBytes("ra", r.RA, MaxSmall),
		needBytes("events", r.Events, MaxSmall), needBytes("bundle", r.Bundle, MaxSmall), r.Anchors.Check())
}

// StationInfo is what a station may know of itself.
type StationInfo struct {
	ID     string    `json:"id"`
	Hall   string    `json:"hall"`
	Window string    `json:"window"`
	Joined time.Time `json:"joined"`
}

func (s *StationInfo) check() error {
	return firstOf(needText("station.id", s.ID, 64), capText("station.hall", s.Hall, 256), capText("station.window", s.Window, 256))
}
