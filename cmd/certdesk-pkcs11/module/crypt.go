package module

import (
	"crypto"
	"io"

	"certdesk/service/sm"
)

// DecryptInit begins a decryption with the private key of an encryption side.
func (m *Module) DecryptInit(h uint, mech Mechanism, key uint) RV {
	return m.on(h, func(s *session) RV { return s.beginCrypt(decrypting, classPrivate, mech, key) })
}

// Decrypt opens an SM2Cipher (GM/T 0009) in one part.
func (m *Module) Decrypt(h uint, data []byte, b *Buffer) RV {
	return m.on(h, func(s *session) RV {
		if op := s.ops[decrypting]; op != nil {
			if _, ok := plainSize(data); !ok {
				delete(s.ops, decrypting)
				return EncryptedDataInvalid
			}
		}
		return s.whole(decrypting, data, b, s.decrypt)
	})
}

func (s *session) decrypt(op *operation, b *Buffer) RV {
	plain, err := s.d.key.Decrypt(background(), op.object.container, op.data)
	if err != nil {
		return s.d.failed(err)
	}
	b.put(plain)
	return OK
}

// EncryptInit begins an encryption with the public key of an encryption side.
func (m *Module) EncryptInit(h uint, mech Mechanism, key uint) RV {
	return m.on(h, func(s *session) RV { return s.beginCrypt(encrypting, classPublic, mech, key) })
}

// Encrypt makes an SM2Cipher in one part.
func (m *Module) Encrypt(h uint, data []byte, b *Buffer) RV {
	return m.on(h, func(s *session) RV { return s.whole(encrypting, data, b, s.encrypt) })
}

func (s *session) encrypt(op *operation, b *Buffer) RV {
	cipher, err := sm.Encrypt(s.d.m.cfg.Env.Rand, op.object.spki, op.data)
	if err != nil {
		return DataLenRange
	}
	b.put(cipher)
	return OK
}

func (s *session) beginCrypt(k kind, class uint, mech Mechanism, h uint) RV {
	if s.ops[k] != nil {
		return OperationActive
	}
	if mech.Type != SM2Crypt {
		return MechanismInvalid
	}
	o, rv := s.keyFor(class, h)
	switch {
	case rv != OK:
		return rv
	case o.key.kind != KeySM2:
		return KeyTypeInconsistent
	case !o.enc:
		return KeyFunctionNotPermitted
	case len(mech.Param) > 0:
		return MechanismParamInvalid
	}
	s.ops[k] = &operation{object: o}
	return OK
}

// DigestInit begins a hash; it needs no UKey but the session's.
func (m *Module) DigestInit(h uint, mech Mechanism) RV {
	return m.in(h, func(s *session) RV {
		if s.ops[digesting] != nil {
			return OperationActive
		}
		op := &operation{}
		if mech.Type == mSM3 {
			op.hash = sm.NewHash()
		} else if f := map[uint]crypto.Hash{mSHA256: crypto.SHA256, mSHA384: crypto.SHA384, mSHA512: crypto.SHA512}[mech.Type]; f != 0 {
			op.hash = f.New()
		} else {
			return MechanismInvalid
		}
		s.ops[digesting] = op
		return OK
	})
}

// Digest hashes data in one part.
func (m *Module) Digest(h uint, data []byte, b *Buffer) RV {
	return m.in(h, func(s *session) RV { return s.whole(digesting, data, b, sum) })
}

// DigestUpdate adds a part.
func (m *Module) DigestUpdate(h uint, data []byte) RV {
	return m.in(h, func(s *session) RV { return s.part(digesting, data) })
}

// DigestFinal gives the hash of the parts.
func (m *Module) DigestFinal(h uint, b *Buffer) RV {
	return m.in(h, func(s *session) RV { return s.whole(digesting, nil, b, sum) })
}

func sum(op *operation, b *Buffer) RV {
	b.put(op.hash.Sum(nil))
	return OK
}

// Random fills out.
func (m *Module) Random(h uint, out []byte) RV {
	return m.in(h, func(*session) RV {
		if _, err := io.ReadFull(m.cfg.Env.Rand, out); err != nil {
			return DeviceError
		}
		return OK
	})
}

// SeedRandom: the token's randomness takes no seed.
func (m *Module) SeedRandom(h uint) RV {
	return m.in(h, func(*session) RV { return RandomSeedNotSupported })
}
