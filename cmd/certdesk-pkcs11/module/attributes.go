package module

import (
	"crypto/sha1"
	"math/big"
)

// common are the attributes that every object has (PKCS #11 v2.40, 4.4).
func common(class uint, label string, id []byte, private bool) map[uint][]byte {
	return map[uint][]byte{
		aClass: ulong(class), aToken: boolean(true), aPrivate: boolean(private), aModifiable: boolean(true),
		aCopyable: boolean(false), aDestroyable: boolean(true), aLabel: []byte(label), aID: id,
	}
}

func add(to map[uint][]byte, more map[uint][]byte) map[uint][]byte {
	for k, v := range more {
		to[k] = v
	}
	return to
}

// keyAttributes are those of both halves (4.7) and of the algorithm.
func keyAttributes(o *object, class uint) map[uint][]byte {
	generate := map[uint]uint{keyRSA: mRSAGenerate, keyEC: mECGenerate, KeySM2: SM2Generate}[o.key.kind]
	if o.enc {
		generate = Unavailable // it came in an envelope
	}
	m := add(common(class, o.container, o.key.id, class == classPrivate), map[uint][]byte{
		aKeyType: ulong(o.key.kind), aStartDate: nil, aEndDate: nil, aSubject: nil, aDerive: boolean(false),
		aLocal: boolean(!o.enc), aKeyGenMechanism: ulong(generate), aPublicKeyInfo: o.spki,
	})
	if o.key.rsa != nil {
		m[aModulus] = o.key.rsa.N.Bytes()
		m[aPublicExponent] = big.NewInt(int64(o.key.rsa.E)).Bytes()
	} else {
		m[aECParams] = o.key.curve
	}
	return m
}

// privateAttributes: what was imported was outside the device once, so it is not always-sensitive (4.9).
func privateAttributes(o *object) map[uint][]byte {
	return add(keyAttributes(o, classPrivate), map[uint][]byte{
		aSensitive: boolean(true), aAlwaysSensitive: boolean(!o.enc), aExtractable: boolean(false), aNeverExtractable: boolean(!o.enc),
		aSign: boolean(!o.enc), aSignRecover: boolean(false), aDecrypt: boolean(o.enc), aUnwrap: boolean(!o.enc && o.key.kind == KeySM2),
		aWrapWithTrusted: boolean(false), aAlwaysAuthenticate: boolean(false),
	})
}

func publicAttributes(o *object) map[uint][]byte {
	m := add(keyAttributes(o, classPublic), map[uint][]byte{
		aVerify: boolean(!o.enc), aVerifyRecover: boolean(false), aEncrypt: boolean(o.enc), aWrap: boolean(false), aTrusted: boolean(false),
	})
	if o.key.rsa != nil {
		m[aModulusBits] = ulong(uint(o.key.rsa.N.BitLen()))
	} else {
		m[aECPoint] = octets(o.key.point)
	}
	return m
}

// certificateAttributes (4.6.3). id is that of the key beside it; a certificate that came before its key has its own key's.
func certificateAttributes(o *object, id []byte) map[uint][]byte {
	c := parseCertificate(o.value)
	if key, ok := parsePublic(c.spki); ok && id == nil {
		id = key.id
	}
	check := sha1.Sum(o.value)
	return add(common(classCertificate, o.container, id, false), map[uint][]byte{
		aCertificateType: ulong(typeX509), aTrusted: boolean(false), aCategory: ulong(1), aCheckValue: check[:3], aValue: o.value,
		aSubject: c.subject, aIssuer: c.issuer, aSerialNumber: c.serial, aStartDate: nil, aEndDate: nil, aPublicKeyInfo: c.spki,
	})
}

// get gives one attribute; AttributeSensitive for the private numbers.
func (o *object) get(kind uint) ([]byte, RV) {
	if v, found := o.attrs[kind]; found {
		return v, OK
	}
	if o.class == classPrivate && (kind == aValue || kind >= aPrivateExponent && kind <= aCoefficient) {
		return nil, AttributeSensitive
	}
	return nil, AttributeTypeInvalid
}

// settable are the attributes that callers may set and that are kept in names.
func settable(class, kind uint) bool {
	switch kind {
	case aLabel, aID:
		return true
	case aSubject:
		return class != classCertificate
	case aStartDate, aEndDate:
		return true
	}
	return false
}
