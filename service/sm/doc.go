// Package sm is certdesk's cryptography: SM2, SM3, SM4 and certificates, sealing of stored values, password hashes, and a
// second, independent opinion on what is handed to a customer. It is the only package that imports an SM library.
//
// Signatures are SM3withSM2 with the default user id 1234567812345678, DER (r, s) (GB/T 32918.2, GM/T 0009).
// Keys of tokens without SM2 (P-256, RSA) are checked and verified by the standard library (classic.go).
// Ciphertexts are ASN.1 SM2Cipher in C1C3C2 order (GM/T 0009). Everything parsed is capped in size, and no panic of a
// library leaves the package. Errors carry service.CryptoBad or service.SignatureBad unless a function says otherwise.
package sm

import (
	"fmt"

	"certdesk/service"
)

// Size limits of what is parsed, in bytes.
const (
	MaxDER = 64 << 10 // certificates, keys, envelopes, ciphertexts, signatures
	MaxCRL = 16 << 20 // revocation lists grow with the centre
)

// bad is a malformed input; the library's words go to the log only.
func bad(op, what string, err error) *service.Error {
	return service.E(service.CryptoBad, "sm."+op, service.Args{"what": what}, err)
}

func badSignature(op, what string, err error) *service.Error {
	return service.E(service.SignatureBad, "sm."+op, service.Args{"what": what}, err)
}

func within(op, what string, der []byte, limit int) error {
	if len(der) == 0 || len(der) > limit {
		return bad(op, what, fmt.Errorf("%d bytes, limit %d", len(der), limit))
	}
	return nil
}

// contain turns a library's panic into an error: the parsers are known to panic on hostile input.
func contain(op, what string, err *error) {
	if r := recover(); r != nil {
		*err = bad(op, what, fmt.Errorf("panic: %v", r))
	}
}
