// Command library is a shared library of GM/T 0016 (SKF) over the soft UKeys of a folder, for tests: with -buildmode=c-shared it
// is a file that a station loads like a maker's.
//
// # Building
//
// CGO_CFLAGS=-DSKF_ULONG=32 (packed structures, the default) or 64 (natural alignment) chooses the dialect, -DSKF_PACKED=0 or 1
// sets the packing apart from it; -DSKF_NO_DECRYPT leaves SKF_ECCDecrypt out.
//
// # The device
//
// Environment, read at each call: CERTDESK_UKEYS is the folder (SAR_NOTINITIALIZEERR without), CERTDESK_UKEYS_KDF=light makes new
// tokens with a cheap PIN derivation, CERTDESK_SKF_DEVAUTH=1 wants SKF_DevAuth before an application is made, CERTDESK_SKF_DECRYPT=1
// gives the device SKF_ECCDecrypt, CERTDESK_SKF_LABEL is the longest label in bytes (32),
// CERTDESK_SKF_SPACE the size of the tokens in bytes (65536).
//
// A device is called after its insertion, not its serial: the same key in another port has another name. A handle dies with the
// insertion (SAR_DEVICE_REMOVED). A token holds one application, of any name, and has it when it is initialised: making it
// initialises the token with those PINs and tries, deleting it makes the token factory-new. Deleting wants SKF_DevAuth or the
// administrator's PIN. What the soft token has no place for stands in SERIAL.skf beside it: the application's name (CERTDESK where
// other software initialised), the label of SKF_SetLabel, containers without a key, the device key, and for tests a
// serial that the device says instead of its own and a write protection (SAR_WRITEFILEERR).
//
// All handles of a process on a device share who is logged in; the last SKF_DisConnectDev, and verifying or using the
// administrator's PIN, end the user's login. The first act that needs more than the readable part takes the token for this process.
// SKF_LockDev keeps other handles and processes out (SAR_TIMEOUTERR, and SAR_FAIL for acts); SKF_GetDevInfo, SKF_GetPINInfo and
// the application list stay readable. SKF_GenECCKeyPair on a container with a key replaces it with all that is in the container.
//
// # Faults
//
// CERTDESK_FAULT holds KIND:FUNCTION[:N], several joined by commas; FUNCTION may be *. Without N it strikes each call, else the N-th
// since the variable has its value. CERTDESK_FAULT_FILE names a file of the same form that is looked for at each call: what it
// holds is armed, the file removed, and it strikes once (N counts from then, 1 where it is missing).
//
//   - crash: a memory fault in C
//   - hang: five minutes, then the act
//   - slow: 0.3 s, then the act
//   - fail: SAR_FAIL without the act
//   - pull: the token is unplugged before the act
//   - crash-after, hang-after, slow-after, fail-after, pull-after: the same once the act is done; its answer is lost in pull and fail
//   - lie: SKF_GetDevInfo gives a label that is no UTF-8; SKF_EnumDev, SKF_EnumApplication, SKF_EnumContainer and
//     SKF_ExportCertificate say a size beyond the buffer, which they do not write past; SKF_GenECCKeyPair and SKF_ExportPublicKey give
//     a point off the curve; every other function says success and does nothing
package main

// main is never called: the program is a library.
func main() {}
