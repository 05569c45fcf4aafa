package skf

import (
	"context"

	"certdesk/service"
	"certdesk/service/sm"
)

// Ways to prove a private encryption key.
const (
	bySession = "session" // SKF_ImportSessionKey and one block
	byDecrypt = "decrypt" // SKF_ECCDecrypt, which is in no standard
)

// ImportEncryptionKey implements service.TokenKeys. InputInvalid (envelope) for what is no envelope and for what the token refuses.
// Some tokens take an envelope for another key without a word; ProveEncryption shows it.
func (s *session) ImportEncryptionKey(ctx context.Context, container string, envelope []byte) error {
	return s.in(ctx, "ImportEncryptionKey", func(a *act) error {
		return a.box(container, func(box handle) error {
			if n := s.d.prof.SKF.ImportArgs; n != 0 && n != 2 {
				return a.err(service.TokenUnsupported, service.Args{"what": fnImportECCKeyPair.name()}, nil)
			}
			blob, err := envelopeBlob(envelope, s.api.layout)
			if err != nil {
				return a.refuse("envelope", err)
			}
			defer clear(blob)
			err = s.api.give(fnImportECCKeyPair, box, blob)
			if unopened(err) {
				return a.refuse("envelope", err)
			}
			return err
		})
	})
}

func (a *act) refuse(field string, err error) error {
	return a.err(service.InputInvalid, service.Args{"field": field, "reason": "key"}, err)
}

// encryptionBox opens a container that has an encryption key.
func (a *act) encryptionBox(container string, use func(box handle) error) error {
	return a.box(container, func(box handle) error {
		spki, err := a.publicKey(box, false)
		switch {
		case err != nil:
			return err
		case spki == nil:
			return a.none(container, string(service.UsageEncrypt))
		}
		return use(box)
	})
}

// Decrypt implements service.TokenKeys by SKF_ECCDecrypt, which some makers add to the standard. TokenUnsupported where the library
// has none.
func (s *session) Decrypt(ctx context.Context, container string, ciphertext []byte) (plain []byte, err error) {
	err = s.in(ctx, "Decrypt", func(a *act) error {
		return a.encryptionBox(container, func(box handle) error {
			blob, err := cipherBlob(ciphertext, s.api.layout)
			if err != nil {
				return a.refuse("ciphertext", err)
			}
			plain, err = a.decrypt(box, blob)
			return err
		})
	})
	if err != nil {
		clear(plain)
		return nil, err
	}
	return plain, nil
}

func (a *act) decrypt(box handle, blob []byte) ([]byte, error) {
	plain, err := a.s.api.sized(longestCipher, func(f *frame, out, size *buffer) error {
		return f.call(fnECCDecrypt, uintptr(box), f.data(blob).ptr(), out.ptr(), size.ptr())
	})
	if unopened(err) {
		return nil, a.refuse("ciphertext", err)
	}
	return plain, err
}

// ProveEncryption implements service.TokenKeys. The plaintext becomes a session key inside the token, and one block that it encrypts
// is compared with the same done here; SKF_ECCDecrypt serves where the profile wants it or the token takes no session key.
func (s *session) ProveEncryption(ctx context.Context, container string, ciphertext, plain []byte) error {
	return s.in(ctx, "ProveEncryption", func(a *act) error {
		return a.encryptionBox(container, func(box handle) error {
			if len(plain) != 16 {
				return a.err(service.InputInvalid, service.Args{"field": "plain", "reason": "length"}, nil)
			}
			blob, err := cipherBlob(ciphertext, s.api.layout)
			if err != nil {
				return a.refuse("ciphertext", err)
			}
			return a.proveKey(box, blob, plain)
		})
	})
}

func (a *act) proveKey(box handle, blob, plain []byte) error {
	ways := map[string][]func(handle, []byte, []byte) error{
		bySession: {a.provenBySession}, byDecrypt: {a.provenByDecrypt}, "": {a.provenBySession, a.provenByDecrypt}}
	var err error
	for _, way := range ways[a.s.d.prof.SKF.Prove] {
		if err = way(box, blob, plain); plainCode(err) != service.TokenUnsupported || err == nil {
			return err
		}
	}
	return err
}

func (a *act) provenByDecrypt(box handle, blob, plain []byte) error {
	got, err := a.decrypt(box, blob)
	defer clear(got)
	return a.agree(got, plain, err)
}

func (a *act) agree(got, want []byte, err error) error {
	if err == nil && !sm.Equal(got, want) {
		err = a.err(service.VerifyFailed, service.Args{"check": "decryption"}, nil)
	}
	return err
}

// provenBySession has the token encrypt one block under the plaintext.
func (a *act) provenBySession(box handle, blob, plain []byte) error {
	block := []byte("certdesk proves!")
	key, err := a.s.api.importSessionKey(box, blob)
	if unopened(err) {
		return a.refuse("ciphertext", err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = a.s.api.maybe(fnCloseHandle, uintptr(key)) }()
	if err := a.s.api.encryptInit(key); err != nil {
		return err
	}
	got, err := a.s.api.encrypt(key, block)
	if err != nil {
		return err
	}
	want, err := sm4Block(plain, block)
	return a.agree(got, want, err)
}

func (a api) importSessionKey(box handle, blob []byte) (handle, error) {
	f := a.frame()
	defer f.end()
	out := f.buffer(8, 0)
	err := f.call(fnImportSessionKey, uintptr(box), sgdSM4ECB, f.data(blob).ptr(), uintptr(len(blob)), out.ptr())
	return a.handleOf(out, err)
}

func (a api) encrypt(key handle, block []byte) ([]byte, error) {
	f := a.frame()
	defer f.end()
	out, size := f.buffer(64, 0), f.long(64)
	err := f.call(fnEncrypt, uintptr(key), f.data(block).ptr(), uintptr(len(block)), out.ptr(), size.ptr())
	if err != nil {
		return nil, err
	}
	return out.cut(size.long())
}
