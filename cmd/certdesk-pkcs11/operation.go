//go:build cgo

package main

// #include "ck.h"
import "C"

import (
	"certdesk/cmd/certdesk-pkcs11/module"
)

// start is the Init of an operation with a key.
func start(name string, session C.CK_ULONG, mechanism *C.CK_MECHANISM, key C.CK_ULONG,
	run func(uint, module.Mechanism, uint) module.RV) C.CK_RV {
	return serve(name, func() module.RV {
		mech, ok := mechanismOf(mechanism)
		if !ok {
			return module.ArgumentsBad
		}
		return run(uint(session), mech, uint(key))
	})
}

// single is an operation in one part that gives a result.
func single(name string, session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG,
	run func(uint, []byte, *module.Buffer) module.RV) C.CK_RV {
	return serve(name, func() module.RV {
		defer library.faults.lieNumber(name, outSize)
		return withData(data, size, func(data []byte) module.RV {
			return into(out, outSize, func(b *module.Buffer) module.RV { return run(uint(session), data, b) })
		})
	})
}

// update is one part of an operation.
func update(name string, session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, run func(uint, []byte) module.RV) C.CK_RV {
	return serve(name, func() module.RV {
		return withData(data, size, func(data []byte) module.RV { return run(uint(session), data) })
	})
}

// final ends an operation in parts that gives a result.
func final(name string, session C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG, run func(uint, *module.Buffer) module.RV) C.CK_RV {
	return serve(name, func() module.RV {
		defer library.faults.lieNumber(name, outSize)
		return into(out, outSize, func(b *module.Buffer) module.RV { return run(uint(session), b) })
	})
}

//export p11_EncryptInit
func p11_EncryptInit(session C.CK_ULONG, mechanism *C.CK_MECHANISM, key C.CK_ULONG) C.CK_RV {
	return start("C_EncryptInit", session, mechanism, key, library.EncryptInit)
}

//export p11_DecryptInit
func p11_DecryptInit(session C.CK_ULONG, mechanism *C.CK_MECHANISM, key C.CK_ULONG) C.CK_RV {
	return start("C_DecryptInit", session, mechanism, key, library.DecryptInit)
}

//export p11_SignInit
func p11_SignInit(session C.CK_ULONG, mechanism *C.CK_MECHANISM, key C.CK_ULONG) C.CK_RV {
	return start("C_SignInit", session, mechanism, key, library.SignInit)
}

//export p11_VerifyInit
func p11_VerifyInit(session C.CK_ULONG, mechanism *C.CK_MECHANISM, key C.CK_ULONG) C.CK_RV {
	return start("C_VerifyInit", session, mechanism, key, library.VerifyInit)
}

//export p11_Encrypt
func p11_Encrypt(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG) C.CK_RV {
	return single("C_Encrypt", session, data, size, out, outSize, library.Encrypt)
}

//export p11_Decrypt
func p11_Decrypt(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG) C.CK_RV {
	return single("C_Decrypt", session, data, size, out, outSize, library.Decrypt)
}

//export p11_Digest
func p11_Digest(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG) C.CK_RV {
	return single("C_Digest", session, data, size, out, outSize, library.Digest)
}

//export p11_Sign
func p11_Sign(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG) C.CK_RV {
	return single("C_Sign", session, data, size, out, outSize, library.Sign)
}

//export p11_DigestUpdate
func p11_DigestUpdate(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return update("C_DigestUpdate", session, data, size, library.DigestUpdate)
}

//export p11_SignUpdate
func p11_SignUpdate(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return update("C_SignUpdate", session, data, size, library.SignUpdate)
}

//export p11_VerifyUpdate
func p11_VerifyUpdate(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return update("C_VerifyUpdate", session, data, size, library.VerifyUpdate)
}

//export p11_DigestFinal
func p11_DigestFinal(session C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG) C.CK_RV {
	return final("C_DigestFinal", session, out, outSize, library.DigestFinal)
}

//export p11_SignFinal
func p11_SignFinal(session C.CK_ULONG, out *C.CK_BYTE, outSize *C.CK_ULONG) C.CK_RV {
	return final("C_SignFinal", session, out, outSize, library.SignFinal)
}

//export p11_DigestInit
func p11_DigestInit(session C.CK_ULONG, mechanism *C.CK_MECHANISM) C.CK_RV {
	return start("C_DigestInit", session, mechanism, 0, func(h uint, m module.Mechanism, _ uint) module.RV { return library.DigestInit(h, m) })
}

//export p11_Verify
func p11_Verify(session C.CK_ULONG, data *C.CK_BYTE, size C.CK_ULONG, signature *C.CK_BYTE, signatureSize C.CK_ULONG) C.CK_RV {
	return update("C_Verify", session, data, size, func(h uint, data []byte) module.RV {
		return withData(signature, signatureSize, func(sig []byte) module.RV { return library.Verify(h, data, sig) })
	})
}

//export p11_VerifyFinal
func p11_VerifyFinal(session C.CK_ULONG, signature *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return update("C_VerifyFinal", session, signature, size, library.VerifyFinal)
}

//export p11_SeedRandom
func p11_SeedRandom(session C.CK_ULONG, seed *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return update("C_SeedRandom", session, seed, size, func(h uint, _ []byte) module.RV { return library.SeedRandom(h) })
}

//export p11_GenerateRandom
func p11_GenerateRandom(session C.CK_ULONG, out *C.CK_BYTE, size C.CK_ULONG) C.CK_RV {
	return update("C_GenerateRandom", session, out, size, library.Random)
}
