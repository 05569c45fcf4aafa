package module

import (
	"crypto/ecdsa"
	"crypto/rsa"

	"certdesk/service/sm"
)

// Buffer is where a result goes: asked for its size alone (Query), or with Room bytes. The module sets Out, or Size with
// BufferTooSmall and with a query; the operation then stays as it was.
type Buffer struct {
	Query bool
	Room  int
	Out   []byte
	Size  int
}

// fits is OK where size bytes have room; done is set where the call ends here.
func (b *Buffer) fits(size int) (done bool, rv RV) {
	b.Size = size
	switch {
	case b.Query:
		return true, OK
	case b.Room < size:
		return true, BufferTooSmall
	}
	return false, OK
}

func (b *Buffer) put(out []byte) { b.Out, b.Size = out, len(out) }

// SignInit begins a signature with a private key.
func (m *Module) SignInit(h uint, mech Mechanism, key uint) RV {
	return m.on(h, func(s *session) RV { return s.begin(signing, mech, key) })
}

// Sign signs data in one part.
func (m *Module) Sign(h uint, data []byte, b *Buffer) RV {
	return m.on(h, func(s *session) RV { return s.whole(signing, data, b, s.sign) })
}

// SignUpdate adds a part. Mechanisms that sign what the caller hashed take parts too.
func (m *Module) SignUpdate(h uint, data []byte) RV {
	return m.on(h, func(s *session) RV { return s.part(signing, data) })
}

// SignFinal signs the parts.
func (m *Module) SignFinal(h uint, b *Buffer) RV {
	return m.on(h, func(s *session) RV { return s.whole(signing, nil, b, s.sign) })
}

// whole runs the last call of an operation: data is nil after parts. The operation ends, whatever comes of it, unless the caller
// only asked for a size or has too little room.
func (s *session) whole(k kind, data []byte, b *Buffer, run func(*operation, *Buffer) RV) RV {
	op := s.ops[k]
	switch {
	case op == nil || op.parts && data != nil:
		return OperationNotInitialized
	}
	if done, rv := b.fits(op.size(k, data)); done {
		return rv
	}
	delete(s.ops, k)
	defer op.wipe()
	if rv := op.add(data); rv != OK {
		return rv
	}
	return run(op, b)
}

func (s *session) part(k kind, data []byte) RV {
	op := s.ops[k]
	if op == nil {
		return OperationNotInitialized
	}
	op.parts = true
	rv := op.add(data)
	if rv != OK {
		delete(s.ops, k)
		op.wipe()
	}
	return rv
}

// size is the result's length, or for DER the most it may be.
func (o *operation) size(k kind, data []byte) int {
	switch {
	case k == digesting:
		return o.hash.Size()
	case k == decrypting:
		n, _ := plainSize(data)
		return n
	case k == encrypting:
		return len(data) + maxCipher
	case o.scheme.key == keyRSA:
		return o.object.key.rsa.Size()
	case o.scheme.der:
		return maxPair
	}
	return 2 * half
}

const (
	maxPair   = 2 + 2*(2+half+1)              // DER (r, s)
	maxCipher = 2*(2+half+1) + (2 + 32) + 2*6 // SM2Cipher around its text
)

func (s *session) sign(op *operation, b *Buffer) RV {
	digest, rv := op.digest()
	if rv != OK {
		return rv
	}
	sig, err := s.d.key.SignDigest(background(), op.object.container, digest, op.options())
	if err != nil {
		return s.d.failed(err)
	}
	if op.scheme.key != keyRSA && !op.scheme.der {
		raw, ok := rawSignature(sig)
		if !ok {
			return DeviceError
		}
		sig = raw
	}
	b.put(sig)
	return OK
}

// VerifyInit begins a check with a public key.
func (m *Module) VerifyInit(h uint, mech Mechanism, key uint) RV {
	return m.on(h, func(s *session) RV { return s.begin(verifying, mech, key) })
}

// Verify checks a signature over data in one part.
func (m *Module) Verify(h uint, data, signature []byte) RV {
	return m.on(h, func(s *session) RV { return s.whole(verifying, data, &Buffer{Room: maxData}, verifier(signature)) })
}

// VerifyUpdate adds a part.
func (m *Module) VerifyUpdate(h uint, data []byte) RV {
	return m.on(h, func(s *session) RV { return s.part(verifying, data) })
}

// VerifyFinal checks a signature over the parts.
func (m *Module) VerifyFinal(h uint, signature []byte) RV {
	return m.on(h, func(s *session) RV { return s.whole(verifying, nil, &Buffer{Room: maxData}, verifier(signature)) })
}

func verifier(signature []byte) func(*operation, *Buffer) RV {
	return func(op *operation, _ *Buffer) RV {
		digest, rv := op.digest()
		if rv != OK {
			return rv
		}
		return op.verify(digest, signature)
	}
}

func (o *operation) verify(digest, signature []byte) RV {
	if o.scheme.key == keyRSA {
		return o.verifyRSA(digest, signature)
	}
	if !o.scheme.der {
		der, ok := derSignature(signature)
		if !ok {
			return SignatureLenRange
		}
		signature = der
	}
	if o.scheme.key == KeySM2 {
		return holds(sm.VerifyDigest(o.object.spki, digest, signature) == nil)
	}
	key, ok := ecdsaKey(o.object.spki)
	return holds(ok && ecdsa.VerifyASN1(key, digest, signature))
}

func (o *operation) verifyRSA(digest, signature []byte) RV {
	key := o.object.key.rsa
	switch {
	case len(signature) != key.Size():
		return SignatureLenRange
	case o.pss != nil:
		return holds(rsa.VerifyPSS(key, o.pss.Hash, digest, signature, o.pss) == nil)
	}
	return holds(rsa.VerifyPKCS1v15(key, o.scheme.hash, digest, signature) == nil)
}

func holds(ok bool) RV {
	if ok {
		return OK
	}
	return SignatureInvalid
}
