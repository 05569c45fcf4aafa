/* The part of the PKCS #11 v2.40 binary interface that this module needs, written from the standard's text: types, structures and the
   list of functions. Structures have natural alignment, and on Windows none (PKCS #11 v2.40, 2.1). */
#ifndef CERTDESK_CK_H
#define CERTDESK_CK_H

#include <stddef.h>
#include <string.h>

typedef unsigned char CK_BYTE;
typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;

#ifdef _WIN32
#pragma pack(push, 1)
#endif

typedef struct { CK_BYTE major, minor; } CK_VERSION;

typedef struct {
	CK_VERSION cryptoki;
	CK_BYTE maker[32];
	CK_ULONG flags;
	CK_BYTE description[32];
	CK_VERSION library;
} CK_INFO;

typedef struct {
	CK_BYTE description[64];
	CK_BYTE maker[32];
	CK_ULONG flags;
	CK_VERSION hardware, firmware;
} CK_SLOT_INFO;

typedef struct {
	CK_BYTE label[32];
	CK_BYTE maker[32];
	CK_BYTE model[16];
	CK_BYTE serial[16];
	CK_ULONG flags;
	CK_ULONG maxSessions, sessions, maxRWSessions, rwSessions;
	CK_ULONG maxPIN, minPIN;
	CK_ULONG totalPublic, freePublic, totalPrivate, freePrivate;
	CK_VERSION hardware, firmware;
	CK_BYTE utcTime[16];
} CK_TOKEN_INFO;

typedef struct { CK_ULONG slot, state, flags, deviceError; } CK_SESSION_INFO;
typedef struct { CK_ULONG type; void *value; CK_ULONG size; } CK_ATTRIBUTE;
typedef struct { CK_ULONG type; void *param; CK_ULONG size; } CK_MECHANISM;
typedef struct { CK_ULONG min, max, flags; } CK_MECHANISM_INFO;

typedef struct {
	void *createMutex, *destroyMutex, *lockMutex, *unlockMutex;
	CK_ULONG flags;
	void *reserved;
} CK_INITIALIZE_ARGS;

typedef CK_RV (*CK_NOTIFY)(CK_ULONG session, CK_ULONG event, void *application);

typedef struct CK_FUNCTION_LIST CK_FUNCTION_LIST;

/* The functions in the order of CK_FUNCTION_LIST: R the ones written in Go, U the ones that are not supported. */
#define CK_B CK_BYTE *
#define CK_N CK_ULONG
#define CK_FUNCTIONS(R, U) \
	R(Initialize, (void *args)) \
	R(Finalize, (void *reserved)) \
	R(GetInfo, (CK_INFO *info)) \
	R(GetFunctionList, (CK_FUNCTION_LIST **list)) \
	R(GetSlotList, (CK_BYTE present, CK_ULONG *list, CK_ULONG *count)) \
	R(GetSlotInfo, (CK_N slot, CK_SLOT_INFO *info)) \
	R(GetTokenInfo, (CK_N slot, CK_TOKEN_INFO *info)) \
	R(GetMechanismList, (CK_N slot, CK_ULONG *list, CK_ULONG *count)) \
	R(GetMechanismInfo, (CK_N slot, CK_N kind, CK_MECHANISM_INFO *info)) \
	R(InitToken, (CK_N slot, CK_B pin, CK_N size, CK_B label)) \
	R(InitPIN, (CK_N session, CK_B pin, CK_N size)) \
	R(SetPIN, (CK_N session, CK_B old, CK_N oldSize, CK_B pin, CK_N size)) \
	R(OpenSession, (CK_N slot, CK_N flags, void *application, CK_NOTIFY notify, CK_ULONG *session)) \
	R(CloseSession, (CK_N session)) \
	R(CloseAllSessions, (CK_N slot)) \
	R(GetSessionInfo, (CK_N session, CK_SESSION_INFO *info)) \
	U(GetOperationState, (CK_N session, CK_B state, CK_ULONG *size)) \
	U(SetOperationState, (CK_N session, CK_B state, CK_N size, CK_N encryption, CK_N authentication)) \
	R(Login, (CK_N session, CK_N user, CK_B pin, CK_N size)) \
	R(Logout, (CK_N session)) \
	R(CreateObject, (CK_N session, CK_ATTRIBUTE *list, CK_N count, CK_ULONG *object)) \
	U(CopyObject, (CK_N session, CK_N object, CK_ATTRIBUTE *list, CK_N count, CK_ULONG *copy)) \
	R(DestroyObject, (CK_N session, CK_N object)) \
	U(GetObjectSize, (CK_N session, CK_N object, CK_ULONG *size)) \
	R(GetAttributeValue, (CK_N session, CK_N object, CK_ATTRIBUTE *list, CK_N count)) \
	R(SetAttributeValue, (CK_N session, CK_N object, CK_ATTRIBUTE *list, CK_N count)) \
	R(FindObjectsInit, (CK_N session, CK_ATTRIBUTE *list, CK_N count)) \
	R(FindObjects, (CK_N session, CK_ULONG *list, CK_N room, CK_ULONG *count)) \
	R(FindObjectsFinal, (CK_N session)) \
	R(EncryptInit, (CK_N session, CK_MECHANISM *mechanism, CK_N key)) \
	R(Encrypt, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(EncryptUpdate, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(EncryptFinal, (CK_N session, CK_B out, CK_ULONG *outSize)) \
	R(DecryptInit, (CK_N session, CK_MECHANISM *mechanism, CK_N key)) \
	R(Decrypt, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(DecryptUpdate, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(DecryptFinal, (CK_N session, CK_B out, CK_ULONG *outSize)) \
	R(DigestInit, (CK_N session, CK_MECHANISM *mechanism)) \
	R(Digest, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	R(DigestUpdate, (CK_N session, CK_B data, CK_N size)) \
	U(DigestKey, (CK_N session, CK_N key)) \
	R(DigestFinal, (CK_N session, CK_B out, CK_ULONG *outSize)) \
	R(SignInit, (CK_N session, CK_MECHANISM *mechanism, CK_N key)) \
	R(Sign, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	R(SignUpdate, (CK_N session, CK_B data, CK_N size)) \
	R(SignFinal, (CK_N session, CK_B out, CK_ULONG *outSize)) \
	U(SignRecoverInit, (CK_N session, CK_MECHANISM *mechanism, CK_N key)) \
	U(SignRecover, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	R(VerifyInit, (CK_N session, CK_MECHANISM *mechanism, CK_N key)) \
	R(Verify, (CK_N session, CK_B data, CK_N size, CK_B signature, CK_N signatureSize)) \
	R(VerifyUpdate, (CK_N session, CK_B data, CK_N size)) \
	R(VerifyFinal, (CK_N session, CK_B signature, CK_N signatureSize)) \
	U(VerifyRecoverInit, (CK_N session, CK_MECHANISM *mechanism, CK_N key)) \
	U(VerifyRecover, (CK_N session, CK_B signature, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(DigestEncryptUpdate, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(DecryptDigestUpdate, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(SignEncryptUpdate, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(DecryptVerifyUpdate, (CK_N session, CK_B data, CK_N size, CK_B out, CK_ULONG *outSize)) \
	U(GenerateKey, (CK_N session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *list, CK_N count, CK_ULONG *key)) \
	R(GenerateKeyPair, (CK_N session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *publicList, CK_N publicCount, \
		CK_ATTRIBUTE *privateList, CK_N privateCount, CK_ULONG *publicKey, CK_ULONG *privateKey)) \
	U(WrapKey, (CK_N session, CK_MECHANISM *mechanism, CK_N wrapping, CK_N key, CK_B out, CK_ULONG *outSize)) \
	R(UnwrapKey, (CK_N session, CK_MECHANISM *mechanism, CK_N unwrapping, CK_B wrapped, CK_N size, \
		CK_ATTRIBUTE *list, CK_N count, CK_ULONG *key)) \
	U(DeriveKey, (CK_N session, CK_MECHANISM *mechanism, CK_N base, CK_ATTRIBUTE *list, CK_N count, CK_ULONG *key)) \
	R(SeedRandom, (CK_N session, CK_B seed, CK_N size)) \
	R(GenerateRandom, (CK_N session, CK_B out, CK_N size)) \
	R(GetFunctionStatus, (CK_N session)) \
	R(CancelFunction, (CK_N session)) \
	R(WaitForSlotEvent, (CK_N flags, CK_ULONG *slot, void *reserved))

#define CK_MEMBER(name, args) CK_RV (*C_##name) args;

struct CK_FUNCTION_LIST {
	CK_VERSION version;
	CK_FUNCTIONS(CK_MEMBER, CK_MEMBER)
};

#ifdef _WIN32
#pragma pack(pop)
#endif

CK_FUNCTION_LIST *p11_functions(void);

/* Access to structures from Go, which reads no packed ones. Texts come padded. */
static inline CK_ULONG p11_type(const CK_ATTRIBUTE *list, CK_ULONG i) { return list[i].type; }
static inline void *p11_value(const CK_ATTRIBUTE *list, CK_ULONG i) { return list[i].value; }
static inline CK_ULONG p11_size(const CK_ATTRIBUTE *list, CK_ULONG i) { return list[i].size; }
static inline void p11_set_size(CK_ATTRIBUTE *list, CK_ULONG i, CK_ULONG size) { list[i].size = size; }
static inline CK_ULONG p11_mechanism(const CK_MECHANISM *m) { return m->type; }
static inline void *p11_param(const CK_MECHANISM *m) { return m->param; }
static inline CK_ULONG p11_param_size(const CK_MECHANISM *m) { return m->size; }

void p11_put_info(CK_INFO *info, const CK_BYTE *maker, const CK_BYTE *description);
void p11_put_slot(CK_SLOT_INFO *info, const CK_BYTE *description, const CK_BYTE *maker, CK_ULONG flags);
void p11_put_token(CK_TOKEN_INFO *info, const CK_BYTE *texts, const CK_ULONG *numbers);
void p11_put_session(CK_SESSION_INFO *info, CK_ULONG slot, CK_ULONG state, CK_ULONG flags);
void p11_put_mechanism(CK_MECHANISM_INFO *info, CK_ULONG min, CK_ULONG max, CK_ULONG flags);
CK_RV p11_check_args(const CK_INITIALIZE_ARGS *args);

#endif
