package main

/*
#include "skf.h"
*/
import "C"

//export skfGetContainerType
func skfGetContainerType(box C.uintptr_t, kind *C.ULONG) C.ULONG {
	return call("SKF_GetContainerType", box, func() sar {
		if kind == nil {
			return sarInvalidParam
		}
		t, rv := lib.containerType(uintptr(box))
		*kind = C.ULONG(t)
		return rv
	})
}

//export skfGenECCKeyPair
func skfGenECCKeyPair(box C.uintptr_t, alg C.ULONG, pub *C.BYTE) C.ULONG {
	fetch := func() ([]byte, sar) { return lib.genKey(uintptr(box), uint64(alg)) }
	return fixed("SKF_GenECCKeyPair", box, pub, fetch, spoiling(fetch))
}

func spoiling(fetch func() ([]byte, sar)) func() ([]byte, sar) {
	return func() ([]byte, sar) {
		b, rv := fetch()
		return offCurve(b), rv
	}
}

//export skfImportECCKeyPair
func skfImportECCKeyPair(box C.uintptr_t, blob *C.BYTE) C.ULONG {
	return call("SKF_ImportECCKeyPair", box, func() sar {
		b, _, rv := withCipher(blob, lib.layout.envelopeHead(), sessionKeySize)
		if rv != sarOK {
			return rv
		}
		return lib.importPair(uintptr(box), b)
	})
}

// withCipher copies a structure that ends in CipherLen and Cipher; head is its size up to there, most what it may hold behind.
func withCipher(p *C.BYTE, head, most int) (blob []byte, n int, rv sar) {
	if p == nil {
		return nil, 0, sarInvalidParam
	}
	blob = data(p, C.ULONG(head))
	size := lib.layout.get(blob, head-lib.layout.word)
	if size == 0 || size > uint64(most) {
		return nil, 0, sarDataLen
	}
	return data(p, C.ULONG(head)+C.ULONG(size)), int(size), sarOK
}

//export skfExportPublicKey
func skfExportPublicKey(box C.uintptr_t, sign C.BOOL, p *C.BYTE, size *C.ULONG) C.ULONG {
	fetch := func() ([]byte, sar) { return lib.publicKey(uintptr(box), sign != 0) }
	answer := func(fetch func() ([]byte, sar)) func() sar {
		return func() sar {
			if size == nil {
				return sarInvalidParam
			}
			b, rv := fetch()
			if rv != sarOK {
				return rv
			}
			return give(p, size, b)
		}
	}
	return C.ULONG(lib.call("SKF_ExportPublicKey", uintptr(box), answer(fetch), answer(spoiling(fetch))))
}

//export skfImportCertificate
func skfImportCertificate(box C.uintptr_t, sign C.BOOL, p *C.BYTE, n C.ULONG) C.ULONG {
	return call("SKF_ImportCertificate", box, func() sar {
		der := data(p, n)
		if der == nil {
			return sarDataLen
		}
		return lib.importCert(uintptr(box), sign != 0, der)
	})
}

//export skfExportCertificate
func skfExportCertificate(box C.uintptr_t, sign C.BOOL, p *C.BYTE, size *C.ULONG) C.ULONG {
	return sized("SKF_ExportCertificate", box, p, size, func() ([]byte, sar) { return lib.exportCert(uintptr(box), sign != 0) })
}

//export skfECCSignData
func skfECCSignData(box C.uintptr_t, p *C.BYTE, n C.ULONG, sig *C.BYTE) C.ULONG {
	return fixed("SKF_ECCSignData", box, sig, func() ([]byte, sar) { return lib.sign(uintptr(box), data(p, n)) }, nil)
}

//export skfECCVerify
func skfECCVerify(h C.uintptr_t, pub, p *C.BYTE, n C.ULONG, sig *C.BYTE) C.ULONG {
	return call("SKF_ECCVerify", h, func() sar {
		if pub == nil || sig == nil {
			return sarInvalidParam
		}
		return lib.verify(uintptr(h), data(pub, C.ULONG(lib.layout.publicSize())), data(p, n), data(sig, 2*coordinate))
	})
}

//export skfImportSessionKey
func skfImportSessionKey(box C.uintptr_t, alg C.ULONG, p *C.BYTE, n C.ULONG, key *C.uintptr_t) C.ULONG {
	return opening("SKF_ImportSessionKey", box, key, func() (uintptr, sar) {
		return lib.importKey(uintptr(box), uint64(alg), data(p, n))
	})
}

//export skfEncryptInit
func skfEncryptInit(key C.uintptr_t, iv *C.BYTE, ivLen, padding C.ULONG) C.ULONG {
	return call("SKF_EncryptInit", key, func() sar {
		if ivLen > 32 {
			return sarDataLen
		}
		return lib.encryptInit(uintptr(key), data(iv, ivLen), uint64(padding))
	})
}

//export skfEncrypt
func skfEncrypt(key C.uintptr_t, p *C.BYTE, n C.ULONG, out *C.BYTE, size *C.ULONG) C.ULONG {
	return call("SKF_Encrypt", key, func() sar {
		in := data(p, n)
		switch {
		case size == nil:
			return sarInvalidParam
		case in == nil:
			return sarDataLen
		case out == nil || *size < n:
			return give(out, size, in)
		}
		b, rv := lib.encrypt(uintptr(key), in)
		if rv != sarOK {
			return rv
		}
		return give(out, size, b)
	})
}

//export skfECCDecrypt
func skfECCDecrypt(box C.uintptr_t, cipher *C.BYTE, out *C.BYTE, size *C.ULONG) C.ULONG {
	return sized("SKF_ECCDecrypt", box, out, size, func() ([]byte, sar) {
		blob, n, rv := withCipher(cipher, lib.layout.cipherHead(), maxData/2)
		if rv != sarOK {
			return nil, rv
		}
		return lib.decrypt(uintptr(box), blob, n)
	})
}
