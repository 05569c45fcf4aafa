package main

import (
	"context"
	"crypto/cipher"

	"github.com/emmansun/gmsm/sm4"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/softkey"
)

// genKey makes the signing key. Like most devices it puts the new key in an old one's place, which takes all that was in the container.
func (l *library) genKey(h uintptr, alg uint64) (blob []byte, rv sar) {
	if alg != algSM2Sign {
		return nil, sarInvalidParam
	}
	rv = l.change(h, isContainer, func(n *node, d *device) sar {
		s, rv := d.open(n)
		if rv != sarOK {
			return rv
		}
		spki, err := remake(s, n.name)
		if err != nil {
			return codeOf(err)
		}
		if _, rv := d.forgetEmpty(n.name); rv != sarOK {
			return rv
		}
		if blob, err = l.layout.publicBlob(spki); err != nil {
			return sarFail
		}
		return sarOK
	})
	return blob, rv
}

func remake(s service.TokenSession, name string) ([]byte, error) {
	ctx := context.Background()
	spki, err := s.GenerateKey(ctx, name, service.AlgSM2)
	if !service.IsCode(err, service.TokenExists) {
		return spki, err
	}
	if err := s.DeleteContainer(ctx, name); err != nil {
		return nil, err
	}
	return s.GenerateKey(ctx, name, service.AlgSM2)
}

// importPair takes an ENVELOPEDKEYBLOB with a wrapped key of 16 bytes.
func (l *library) importPair(h uintptr, blob []byte) sar {
	return l.in(h, l.change, func(n *node, s service.TokenSession) sar {
		der, err := l.layout.envelopeDER(blob)
		if err != nil {
			return sarData
		}
		return codeOf(s.ImportEncryptionKey(context.Background(), n.name, der))
	})
}

func (l *library) publicKey(h uintptr, sign bool) (blob []byte, rv sar) {
	rv = l.in(h, l.on, func(n *node, s service.TokenSession) sar {
		spki, err := s.PublicKey(context.Background(), n.name, usage(sign))
		if err != nil {
			return codeOf(err)
		}
		if blob, err = l.layout.publicBlob(spki); err != nil {
			return sarUnsupported
		}
		return sarOK
	})
	return blob, rv
}

// offCurve spoils a public key blob: the point it names is on no curve of ours.
func offCurve(blob []byte) []byte {
	if len(blob) > 0 {
		blob[len(blob)-1] ^= 1
	}
	return blob
}

func (l *library) sign(h uintptr, digest []byte) (blob []byte, rv sar) {
	if len(digest) != sm.DigestSize {
		return nil, sarDataLen
	}
	rv = l.in(h, l.on, func(n *node, s service.TokenSession) sar {
		direct, ok := s.(softkey.Direct)
		if !ok {
			return sarUnsupported
		}
		der, err := direct.SignDigest(context.Background(), n.name, digest, nil)
		if err != nil {
			return codeOf(err)
		}
		if blob, err = signatureBlob(der); err != nil {
			return sarFail
		}
		return sarOK
	})
	return blob, rv
}

// verify checks a signature with a key from outside.
func (l *library) verify(h uintptr, pub, digest, sig []byte) sar {
	return l.on(h, isDevice, func(*node, *device) sar {
		point, err := l.layout.point(pub)
		if err != nil {
			return sarData
		}
		spki, err := sm.FromPoint(point)
		if err != nil {
			return sarData
		}
		der, err := signatureDER(sig)
		if err != nil || sm.VerifyDigest(spki, digest, der) != nil {
			return sarFail
		}
		return sarOK
	})
}

// opened gives the plaintext of an ECCCIPHERBLOB of text bytes under the encryption key.
func (l *library) opened(n *node, s service.TokenSession, blob []byte, text int) ([]byte, sar) {
	der, err := l.layout.cipherDER(blob, text)
	if err != nil {
		return nil, sarData
	}
	plain, err := s.Decrypt(context.Background(), n.name, der)
	return plain, codeOf(err)
}

// decrypt is no function of the standard; the environment says whether this device has it.
func (l *library) decrypt(h uintptr, blob []byte, text int) (plain []byte, rv sar) {
	if !l.env().decrypt {
		return nil, sarUnsupported
	}
	rv = l.in(h, l.on, func(n *node, s service.TokenSession) (rv sar) {
		plain, rv = l.opened(n, s, blob, text)
		return rv
	})
	return plain, rv
}

// sessionKey is a symmetric key inside the device. mode is nil before SKF_EncryptInit.
type sessionKey struct {
	cbc   bool
	block cipher.Block
	mode  func(out, in []byte)
}

const sessionKeySize = 16

// importKey takes a session key under the container's encryption key. It stays in the device: only what it encrypts comes out.
func (l *library) importKey(h uintptr, alg uint64, blob []byte) (key uintptr, rv sar) {
	if alg != algSM4ECB && alg != algSM4CBC {
		return 0, sarUnsupported
	}
	if len(blob) < l.layout.cipherHead()+sessionKeySize {
		return 0, sarDataLen
	}
	rv = l.in(h, l.on, func(n *node, s service.TokenSession) sar {
		plain, rv := l.opened(n, s, blob, sessionKeySize)
		defer clear(plain)
		if rv != sarOK {
			return rv
		}
		block, err := sm4.NewCipher(plain)
		if err != nil {
			return sarData
		}
		key = l.add(&node{kind: isKey, era: n.era, key: &sessionKey{cbc: alg == algSM4CBC, block: block}}, n)
		return sarOK
	})
	return key, rv
}

// encryptInit takes the start value (CBC); padding 0 is none, and the only one.
func (l *library) encryptInit(h uintptr, iv []byte, padding uint64) sar {
	return l.on(h, isKey, func(n *node, _ *device) sar {
		switch {
		case padding != 0:
			return sarUnsupported
		case !n.key.cbc:
			n.key.mode = n.key.ecb
		case len(iv) != n.key.block.BlockSize():
			return sarDataLen
		default:
			n.key.mode = cipher.NewCBCEncrypter(n.key.block, iv).CryptBlocks
		}
		return sarOK
	})
}

func (k *sessionKey) ecb(out, in []byte) {
	for n := k.block.BlockSize(); len(in) >= n; in, out = in[n:], out[n:] {
		k.block.Encrypt(out, in)
	}
}

func (l *library) encrypt(h uintptr, data []byte) (out []byte, rv sar) {
	rv = l.on(h, isKey, func(n *node, _ *device) sar {
		switch {
		case n.key.mode == nil:
			return sarNotInitialised
		case len(data) == 0 || len(data)%n.key.block.BlockSize() != 0:
			return sarDataLen
		}
		out = make([]byte, len(data))
		n.key.mode(out, data)
		return sarOK
	})
	return out, rv
}
