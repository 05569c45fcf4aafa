package module

import (
	"crypto"
	"slices"
)

// MechanismInfo is CK_MECHANISM_INFO; sizes are in bits.
type MechanismInfo struct{ Min, Max, Flags uint }

type mechanism struct {
	id uint
	MechanismInfo
}

// curveFlags: prime field, named curve, uncompressed points.
const curveFlags = mechECFp | mechECNamed | mechECUncompressed

func mechanisms() []mechanism {
	list := []mechanism{
		{mRSAGenerate, MechanismInfo{2048, 2048, mechGenerate}},
		{mECGenerate, MechanismInfo{256, 256, mechGenerate | curveFlags}},
		{SM2Generate, MechanismInfo{256, 256, mechGenerate | curveFlags}},
		{SM2Crypt, MechanismInfo{256, 256, mechEncrypt | mechDecrypt | curveFlags}},
		{SM2Unwrap, MechanismInfo{256, 256, mechUnwrap | curveFlags}},
	}
	for _, s := range schemes() {
		i := MechanismInfo{2048, 2048, mechSign | mechVerify}
		if s.key != keyRSA {
			i = MechanismInfo{256, 256, mechSign | mechVerify | curveFlags}
		}
		list = append(list, mechanism{s.id, i})
	}
	for _, id := range []uint{mSHA256, mSHA384, mSHA512, mSM3} {
		list = append(list, mechanism{id, MechanismInfo{0, 0, mechDigest}})
	}
	slices.SortFunc(list, func(a, b mechanism) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return list
}

// MechanismList gives the mechanisms of the UKey in a slot: all have the same.
func (m *Module) MechanismList(id uint) (list []uint, rv RV) {
	rv = m.call(func() RV {
		if _, rv := m.occupied(id); rv != OK {
			return rv
		}
		for _, mech := range mechanisms() {
			list = append(list, mech.id)
		}
		return OK
	})
	return list, rv
}

// MechanismInfo tells of one mechanism.
func (m *Module) MechanismInfo(id, kind uint) (info MechanismInfo, rv RV) {
	rv = m.call(func() RV {
		if _, rv := m.occupied(id); rv != OK {
			return rv
		}
		for _, mech := range mechanisms() {
			if mech.id == kind {
				info = mech.MechanismInfo
				return OK
			}
		}
		return MechanismInvalid
	})
	return info, rv
}

// scheme is one way to sign.
type scheme struct {
	id, key uint
	hash    crypto.Hash // the token hashes; 0: the caller did
	sm3     bool        // the token makes e of the message
	pss     bool
	der     bool // the signature is DER (r, s); else r ‖ s
}

func schemes() []scheme {
	return []scheme{
		{id: mRSA, key: keyRSA},
		{id: mRSASHA256, key: keyRSA, hash: crypto.SHA256},
		{id: mRSASHA384, key: keyRSA, hash: crypto.SHA384},
		{id: mRSASHA512, key: keyRSA, hash: crypto.SHA512},
		{id: mRSAPSS, key: keyRSA, pss: true},
		{id: mPSSSHA256, key: keyRSA, hash: crypto.SHA256, pss: true},
		{id: mPSSSHA384, key: keyRSA, hash: crypto.SHA384, pss: true},
		{id: mPSSSHA512, key: keyRSA, hash: crypto.SHA512, pss: true},
		{id: mECDSA, key: keyEC},
		{id: mECDSASHA256, key: keyEC, hash: crypto.SHA256},
		{id: mECDSASHA384, key: keyEC, hash: crypto.SHA384},
		{id: mECDSASHA512, key: keyEC, hash: crypto.SHA512},
		{id: SM2Message, key: KeySM2, sm3: true},
		{id: SM2MessageDER, key: KeySM2, sm3: true, der: true},
		{id: SM2Digest, key: KeySM2},
		{id: SM2DigestDER, key: KeySM2, der: true},
	}
}

func schemeOf(id uint) (scheme, bool) {
	list := schemes()
	i := slices.IndexFunc(list, func(s scheme) bool { return s.id == id })
	if i < 0 {
		return scheme{}, false
	}
	return list[i], true
}
