package module

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"certdesk/service"
	"certdesk/token"
)

// Mechanism is a CK_MECHANISM.
type Mechanism struct {
	Type  uint
	Param []byte
}

// GenerateKeyPair makes a pair in a new container, named by the private key's CKA_LABEL, or its CKA_ID in hexadecimal. Asking for less
// protection than the token gives (not sensitive, not private) gets what the token gives; asking for a key that can leave it
// or that is no token object is TemplateInconsistent. SM2Generate overrules CKA_KEY_TYPE and CKA_EC_PARAMS of programs that know
// no SM2.
func (m *Module) GenerateKeyPair(h uint, mech Mechanism, public, private []Attribute) (pub, priv uint, rv RV) {
	rv = m.writing(h, func(s *session) RV {
		alg, rv := checkGenerate(mech, public, private)
		if rv != OK {
			return rv
		}
		setPublic, rv1 := template(public).names(classPublic)
		setPrivate, rv2 := template(private).names(classPrivate)
		if rv := orElse(rv1, rv2); rv != OK {
			return rv
		}
		if rv := s.d.read(); rv != OK {
			return rv
		}
		pub, priv, rv = s.d.generate(alg, setPublic, setPrivate)
		return rv
	})
	return pub, priv, rv
}

func (d *device) generate(alg service.KeyAlg, setPublic, setPrivate map[uint][]byte) (pub, priv uint, rv RV) {
	container := d.freeName(setPrivate, setPublic)
	spki, err := d.key.GenerateKey(background(), container, alg)
	if service.IsCode(err, service.TokenUnsupported) {
		return 0, 0, KeySizeRange
	}
	if err != nil {
		return 0, 0, d.failed(err)
	}
	print := sha256.Sum256(spki)
	rv = orElse(d.name(classPrivate, print[:], setPrivate), d.name(classPublic, print[:], setPublic))
	rv = orElse(rv, d.read())
	r := ref{classPublic, container, false, string(print[:])}
	pub = d.refs[r]
	r.class = classPrivate
	return pub, d.refs[r], rv
}

// freeName makes a container's name that the token takes and does not have.
func (d *device) freeName(sets ...map[uint][]byte) string {
	var label, id string
	for i := len(sets) - 1; i >= 0; i-- {
		if v := sets[i][aLabel]; len(v) > 0 {
			label = string(v)
		}
		if v := sets[i][aID]; len(v) > 0 {
			id = hex.EncodeToString(v)
		}
	}
	name := "key"
	for _, n := range []string{id, label} {
		if token.CheckContainer("", n) == nil {
			name = n
		}
	}
	taken := map[string]bool{}
	for _, o := range d.objects {
		taken[o.container] = true
	}
	free := name
	for i := 2; taken[free]; i++ {
		suffix := "-" + strconv.Itoa(i)
		free = name[:min(len(name), token.MaxName-len(suffix))] + suffix
	}
	return free
}

func checkGenerate(mech Mechanism, public, private template) (service.KeyAlg, RV) {
	bits, ok := public.number(aModulusBits, 0)
	if !ok {
		return "", AttributeValueInvalid
	}
	if mech.Type == mRSAGenerate && bits == 0 {
		return "", TemplateIncomplete
	}
	alg, rv := algorithm(mech.Type, bits)
	if rv != OK {
		return "", rv
	}
	if rv := checkPublic(mech.Type, public); rv != OK {
		return "", rv
	}
	for class, t := range map[uint]template{classPublic: public, classPrivate: private} {
		if rv := checkKey(class, mech.Type, t); rv != OK {
			return "", rv
		}
	}
	return alg, OK
}

func checkPublic(mech uint, t template) RV {
	curve, hasCurve := t.value(aECParams)
	exponent, hasExponent := t.value(aPublicExponent)
	switch {
	case mech == mECGenerate && !hasCurve:
		return TemplateIncomplete
	case mech == mECGenerate && !bytes.Equal(curve, oidP256()):
		return CurveNotSupported
	case mech == mRSAGenerate && hasExponent && !bytes.Equal(bytes.TrimLeft(exponent, "\x00"), []byte{1, 0, 1}):
		return AttributeValueInvalid
	}
	return OK
}

// checkKey refuses what would mislead the caller: another class or type, a key to be taken out, a key for this session only, a
// value brought along.
func checkKey(class, mech uint, t template) RV {
	wantClass, ok1 := t.number(aClass, class)
	kind := map[uint]uint{mRSAGenerate: keyRSA, mECGenerate: keyEC, SM2Generate: KeySM2}[mech]
	wantKind, ok2 := t.number(aKeyType, kind)
	_, value := t.value(aValue)
	switch {
	case !ok1 || !ok2:
		return AttributeValueInvalid
	case wantClass != class, wantKind != kind && mech != SM2Generate, value:
		return TemplateInconsistent
	case t.says(aToken, false), t.says(aExtractable, true), class == classPublic && t.says(aPrivate, true):
		return TemplateInconsistent
	}
	return OK
}

// UnwrapKey imports an SM2 encryption pair: wrapped is a GB/T 35276 SM2EnvelopedKey (DER) for the signing key given, whose container
// takes it and loses an earlier one. CKA_LABEL and CKA_ID are set of both halves. It gives the private half.
func (m *Module) UnwrapKey(h uint, mech Mechanism, key uint, wrapped []byte, t []Attribute) (handle uint, rv RV) {
	rv = m.writing(h, func(s *session) RV {
		if mech.Type != SM2Unwrap {
			return MechanismInvalid
		}
		o, rv := s.d.object(key)
		switch {
		case rv == ObjectHandleInvalid || rv == OK && o.class != classPrivate:
			return KeyHandleInvalid
		case rv != OK:
			return rv
		case o.enc || o.key.kind != KeySM2:
			return KeyTypeInconsistent
		}
		if rv := checkKey(classPrivate, SM2Generate, t); rv != OK {
			return rv
		}
		handle, rv = s.d.unwrap(o.container, wrapped, t)
		return rv
	})
	return handle, rv
}

func (d *device) unwrap(container string, wrapped []byte, t template) (uint, RV) {
	set, rv := t.names(classPrivate)
	if rv != OK {
		return 0, rv
	}
	if err := d.key.ImportEncryptionKey(background(), container, wrapped); err != nil {
		return 0, d.failed(err)
	}
	for _, o := range d.objects {
		if o.container == container && o.enc && o.class != classCertificate {
			d.forgetObject(o)
		}
	}
	spki, err := d.key.PublicKey(background(), container, service.UsageEncrypt)
	if err != nil {
		return 0, d.failed(err)
	}
	print := sha256.Sum256(spki)
	rv = orElse(d.name(classPrivate, print[:], set), d.name(classPublic, print[:], set))
	rv = orElse(rv, d.read())
	return d.refs[ref{classPrivate, container, true, string(print[:])}], rv
}
