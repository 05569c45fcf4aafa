/*
 * The part of GM/T 0016-2012 that the double speaks. SKF_ULONG chooses the dialect: 32 (packed structures, as the standard's
 * headers for Windows) or 64 (natural alignment, as "unsigned long" gives on Linux). SKF_PACKED=0 or 1 sets the packing apart.
 */
#ifndef CERTDESK_SKF_H
#define CERTDESK_SKF_H

#include <stddef.h>
#include <stdint.h>

#ifndef SKF_ULONG
#define SKF_ULONG 32
#endif
#ifndef SKF_PACKED
#define SKF_PACKED (SKF_ULONG == 32)
#endif

#ifdef _WIN32
#define DEVAPI __stdcall
#define SKF_EXPORT __declspec(dllexport)
#else
#define DEVAPI
#define SKF_EXPORT __attribute__((visibility("default")))
#endif

typedef uint8_t BYTE;
typedef char CHAR;
typedef int32_t BOOL;
#if SKF_ULONG == 64
typedef uint64_t ULONG;
#else
typedef uint32_t ULONG;
#endif
#if SKF_PACKED
#pragma pack(push, 1)
#endif
typedef CHAR *LPSTR;
typedef void *HANDLE;
typedef HANDLE DEVHANDLE;
typedef HANDLE HAPPLICATION;
typedef HANDLE HCONTAINER;

typedef struct {
	BYTE major;
	BYTE minor;
} VERSION;

typedef struct {
	VERSION Version;
	CHAR Manufacturer[64];
	CHAR Issuer[64];
	CHAR Label[32];
	CHAR SerialNumber[32];
	VERSION HWVersion;
	VERSION FirmwareVersion;
	ULONG AlgSymCap;
	ULONG AlgAsymCap;
	ULONG AlgHashCap;
	ULONG DevAuthAlgId;
	ULONG TotalSpace;
	ULONG FreeSpace;
	ULONG MaxECCBufferSize;
	ULONG MaxBufferSize;
	BYTE Reserved[64];
} DEVINFO;

typedef struct {
	ULONG BitLen;
	BYTE XCoordinate[64];
	BYTE YCoordinate[64];
} ECCPUBLICKEYBLOB;

typedef struct {
	BYTE XCoordinate[64];
	BYTE YCoordinate[64];
	BYTE HASH[32];
	ULONG CipherLen;
	BYTE Cipher[1];
} ECCCIPHERBLOB;

typedef struct {
	BYTE r[64];
	BYTE s[64];
} ECCSIGNATUREBLOB;

typedef struct {
	ULONG Version;
	ULONG ulSymmAlgID;
	ULONG ulBits;
	BYTE cbEncryptedPriKey[64];
	ECCPUBLICKEYBLOB PubKey;
	ECCCIPHERBLOB ECCCipherBlob;
} ENVELOPEDKEYBLOB;

typedef struct {
	BYTE IV[32];
	ULONG IVLen;
	ULONG PaddingType;
	ULONG FeedBitLen;
} BLOCKCIPHERPARAM;

#if SKF_PACKED
#pragma pack(pop)
#endif

enum { PACKED = SKF_PACKED };

/* What the library reads from the environment, afresh at each call. */
enum { ENV_DRAWER, ENV_KDF, ENV_FAULT, ENV_FAULT_FILE, ENV_DEVAUTH, ENV_DECRYPT, ENV_LABEL, ENV_SPACE };
const char *skf_env(int which);

/* A real fault of memory, in C. */
void skf_crash(void);

#endif
