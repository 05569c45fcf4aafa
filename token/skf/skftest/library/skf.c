/* The C side of every function: handles become numbers before Go sees them, for a stranger's handle is no pointer. */
#include <stdlib.h>
#include "skf.h"
#include "_cgo_export.h"

#if SKF_ULONG == 64
_Static_assert(sizeof(DEVINFO) == (SKF_PACKED ? 326 : 328), "DEVINFO");
_Static_assert(sizeof(ENVELOPEDKEYBLOB) == (SKF_PACKED ? 393 : 400), "ENVELOPEDKEYBLOB");
_Static_assert(sizeof(BLOCKCIPHERPARAM) == 56, "BLOCKCIPHERPARAM");
#else
_Static_assert(sizeof(DEVINFO) == (SKF_PACKED ? 294 : 296), "DEVINFO");
_Static_assert(sizeof(ENVELOPEDKEYBLOB) == (SKF_PACKED ? 373 : 376), "ENVELOPEDKEYBLOB");
_Static_assert(sizeof(BLOCKCIPHERPARAM) == 44, "BLOCKCIPHERPARAM");
#endif

#define H(h) ((uintptr_t)(h))
#define API SKF_EXPORT ULONG DEVAPI

const char *skf_env(int which) {
	static const char *const names[] = {"CERTDESK_UKEYS", "CERTDESK_UKEYS_KDF", "CERTDESK_FAULT", "CERTDESK_FAULT_FILE",
		"CERTDESK_SKF_DEVAUTH", "CERTDESK_SKF_DECRYPT", "CERTDESK_SKF_LABEL", "CERTDESK_SKF_SPACE"};
	const char *value = getenv(names[which]);
	return value ? value : "";
}

void skf_crash(void) { *(volatile int *)(uintptr_t)8 = 1; }

API SKF_EnumDev(BOOL present, LPSTR names, ULONG *size) { return skfEnumDev(present, names, size); }
API SKF_ConnectDev(LPSTR name, DEVHANDLE *h) { return skfConnectDev(name, (uintptr_t *)h); }
API SKF_DisConnectDev(DEVHANDLE h) { return skfDisConnectDev(H(h)); }
API SKF_GetDevState(LPSTR name, ULONG *state) { return skfGetDevState(name, state); }
API SKF_WaitForDevEvent(LPSTR name, ULONG *len, ULONG *event) { return skfWaitForDevEvent(name, len, event); }
API SKF_CancelWaitForDevEvent(void) { return skfCancelWaitForDevEvent(); }
API SKF_SetLabel(DEVHANDLE h, LPSTR label) { return skfSetLabel(H(h), label); }
API SKF_GetDevInfo(DEVHANDLE h, DEVINFO *info) { return skfGetDevInfo(H(h), (BYTE *)info); }
API SKF_LockDev(DEVHANDLE h, ULONG timeout) { return skfLockDev(H(h), timeout); }
API SKF_UnlockDev(DEVHANDLE h) { return skfUnlockDev(H(h)); }
API SKF_GenRandom(DEVHANDLE h, BYTE *out, ULONG len) { return skfGenRandom(H(h), out, len); }
API SKF_DevAuth(DEVHANDLE h, BYTE *data, ULONG len) { return skfDevAuth(H(h), data, len); }
API SKF_ChangeDevAuthKey(DEVHANDLE h, BYTE *key, ULONG len) { return skfChangeDevAuthKey(H(h), key, len); }

API SKF_CreateApplication(DEVHANDLE h, LPSTR name, LPSTR admin, ULONG adminTries, LPSTR user, ULONG userTries, ULONG rights, HAPPLICATION *app) {
	(void)rights;
	return skfCreateApplication(H(h), name, admin, adminTries, user, userTries, (uintptr_t *)app);
}
API SKF_EnumApplication(DEVHANDLE h, LPSTR names, ULONG *size) { return skfEnumApplication(H(h), names, size); }
API SKF_OpenApplication(DEVHANDLE h, LPSTR name, HAPPLICATION *app) { return skfOpenApplication(H(h), name, (uintptr_t *)app); }
API SKF_CloseApplication(HAPPLICATION app) { return skfCloseApplication(H(app)); }
API SKF_DeleteApplication(DEVHANDLE h, LPSTR name) { return skfDeleteApplication(H(h), name); }
API SKF_VerifyPIN(HAPPLICATION app, ULONG type, LPSTR pin, ULONG *retry) { return skfVerifyPIN(H(app), type, pin, retry); }
API SKF_ChangePIN(HAPPLICATION app, ULONG type, LPSTR old, LPSTR fresh, ULONG *retry) { return skfChangePIN(H(app), type, old, fresh, retry); }
API SKF_GetPINInfo(HAPPLICATION app, ULONG type, ULONG *max, ULONG *remain, BOOL *factory) {
	return skfGetPINInfo(H(app), type, max, remain, factory);
}
API SKF_UnblockPIN(HAPPLICATION app, LPSTR admin, LPSTR fresh, ULONG *retry) { return skfUnblockPIN(H(app), admin, fresh, retry); }
API SKF_ClearSecureState(HAPPLICATION app) { return skfClearSecureState(H(app)); }

API SKF_CreateContainer(HAPPLICATION app, LPSTR name, HCONTAINER *box) { return skfCreateContainer(H(app), name, (uintptr_t *)box); }
API SKF_OpenContainer(HAPPLICATION app, LPSTR name, HCONTAINER *box) { return skfOpenContainer(H(app), name, (uintptr_t *)box); }
API SKF_CloseContainer(HCONTAINER box) { return skfCloseContainer(H(box)); }
API SKF_EnumContainer(HAPPLICATION app, LPSTR names, ULONG *size) { return skfEnumContainer(H(app), names, size); }
API SKF_DeleteContainer(HAPPLICATION app, LPSTR name) { return skfDeleteContainer(H(app), name); }
API SKF_GetContainerType(HCONTAINER box, ULONG *type) { return skfGetContainerType(H(box), type); }
API SKF_GenECCKeyPair(HCONTAINER box, ULONG alg, ECCPUBLICKEYBLOB *pub) { return skfGenECCKeyPair(H(box), alg, (BYTE *)pub); }
API SKF_ImportECCKeyPair(HCONTAINER box, ENVELOPEDKEYBLOB *blob) { return skfImportECCKeyPair(H(box), (BYTE *)blob); }
API SKF_ExportPublicKey(HCONTAINER box, BOOL sign, BYTE *blob, ULONG *len) { return skfExportPublicKey(H(box), sign, blob, len); }
API SKF_ImportCertificate(HCONTAINER box, BOOL sign, BYTE *der, ULONG len) { return skfImportCertificate(H(box), sign, der, len); }
API SKF_ExportCertificate(HCONTAINER box, BOOL sign, BYTE *der, ULONG *len) { return skfExportCertificate(H(box), sign, der, len); }
API SKF_ECCSignData(HCONTAINER box, BYTE *data, ULONG len, ECCSIGNATUREBLOB *sig) { return skfECCSignData(H(box), data, len, (BYTE *)sig); }
API SKF_ECCVerify(DEVHANDLE h, ECCPUBLICKEYBLOB *pub, BYTE *data, ULONG len, ECCSIGNATUREBLOB *sig) {
	return skfECCVerify(H(h), (BYTE *)pub, data, len, (BYTE *)sig);
}
API SKF_ImportSessionKey(HCONTAINER box, ULONG alg, BYTE *wrapped, ULONG len, HANDLE *key) {
	return skfImportSessionKey(H(box), alg, wrapped, len, (uintptr_t *)key);
}
API SKF_EncryptInit(HANDLE key, BLOCKCIPHERPARAM param) { return skfEncryptInit(H(key), param.IV, param.IVLen, param.PaddingType); }
API SKF_Encrypt(HANDLE key, BYTE *data, ULONG len, BYTE *out, ULONG *outLen) { return skfEncrypt(H(key), data, len, out, outLen); }
API SKF_CloseHandle(HANDLE h) { return skfCloseHandle(H(h)); }
#ifndef SKF_NO_DECRYPT
/* Not in the standard; some makers have it. */
API SKF_ECCDecrypt(HCONTAINER box, ECCCIPHERBLOB *cipher, BYTE *out, ULONG *len) { return skfECCDecrypt(H(box), (BYTE *)cipher, out, len); }
#endif
