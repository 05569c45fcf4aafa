package module

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha256" // what schemes name
	_ "crypto/sha512"
	"hash"

	"certdesk/service/sm"
)

// maxData is the longest message that is collected, in bytes: SM2 over a message and encryption do not run in parts on the device.
const maxData = 16 << 20

// operation is what an Init call began.
type operation struct {
	object *object
	scheme scheme
	pss    *rsa.PSSOptions
	hash   hash.Hash // running, or nil: data is collected
	data   []byte
	parts  bool // an Update was made: only Final may follow
}

func (o *operation) add(data []byte) RV {
	if o.hash != nil {
		o.hash.Write(data)
		return OK
	}
	if len(o.data)+len(data) > maxData {
		return DataLenRange
	}
	o.data = append(o.data, data...)
	return OK
}

// digest is what the key signs.
func (o *operation) digest() ([]byte, RV) {
	if o.hash != nil {
		return o.hash.Sum(nil), OK
	}
	if !o.scheme.sm3 {
		return o.data, OK
	}
	e, err := sm.Digest(o.object.spki, o.data)
	if err != nil {
		return nil, DeviceError
	}
	return e, OK
}

func (o *operation) options() crypto.SignerOpts {
	switch {
	case o.pss != nil:
		return o.pss
	case o.scheme.key == keyRSA:
		return o.scheme.hash
	}
	return crypto.Hash(0)
}

// wipe forgets what was collected.
func (o *operation) wipe() { clear(o.data) }

// begin is the Init of a signature operation with key h.
func (s *session) begin(k kind, mech Mechanism, h uint) RV {
	if s.ops[k] != nil {
		return OperationActive
	}
	sch, known := schemeOf(mech.Type)
	if !known {
		return MechanismInvalid
	}
	class := classPrivate
	if k == verifying {
		class = classPublic
	}
	o, rv := s.keyFor(class, h)
	switch {
	case rv != OK:
		return rv
	case o.key.kind != sch.key:
		return KeyTypeInconsistent
	case o.enc:
		return KeyFunctionNotPermitted
	}
	op := &operation{object: o, scheme: sch}
	if sch.hash != 0 {
		op.hash = sch.hash.New()
	}
	if op.pss, rv = pssOptions(sch, mech.Param); rv == OK {
		s.ops[k] = op
	}
	return rv
}

// keyFor gives a key of a class; UserNotLoggedIn where only the login is missing.
func (s *session) keyFor(class, h uint) (*object, RV) {
	o, rv := s.d.object(h)
	if rv == ObjectHandleInvalid {
		if o := s.d.objects[h]; o != nil && o.class == class {
			return nil, UserNotLoggedIn
		}
		return nil, KeyHandleInvalid
	}
	if rv == OK && o.class != class {
		return nil, KeyHandleInvalid
	}
	return o, rv
}

// pssOptions reads CK_RSA_PKCS_PSS_PARAMS: hash, mask generation and salt length, three CK_ULONGs. Hash and mask must agree.
func pssOptions(s scheme, param []byte) (*rsa.PSSOptions, RV) {
	if !s.pss {
		if len(param) > 0 {
			return nil, MechanismParamInvalid
		}
		return nil, OK
	}
	if len(param) != 3*UlongSize {
		return nil, MechanismParamInvalid
	}
	var n [3]uint
	for i := range n {
		n[i], _ = readUlong(param[i*UlongSize : (i+1)*UlongSize])
	}
	h := map[uint]crypto.Hash{mSHA256: crypto.SHA256, mSHA384: crypto.SHA384, mSHA512: crypto.SHA512}[n[0]]
	mask := map[crypto.Hash]uint{crypto.SHA256: 2, crypto.SHA384: 3, crypto.SHA512: 4}[h]
	if h == 0 || n[1] != mask || s.hash != 0 && s.hash != h || n[2] < 1 || n[2] > 190 { // 0 would be "automatic" to the library
		return nil, MechanismParamInvalid
	}
	return &rsa.PSSOptions{SaltLength: int(n[2]), Hash: h}, OK
}
