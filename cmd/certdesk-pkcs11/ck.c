#include "ck.h"

/* Of every function the Go part has one p11_NAME; what it has not is answered here. */
#define DECLARE(name, args) extern CK_RV p11_##name args;
#define REFUSE(name, args) static CK_RV p11_##name args { return 0x54; /* CKR_FUNCTION_NOT_SUPPORTED */ }
#define POINTER(name, args) p11_##name,

CK_FUNCTIONS(DECLARE, REFUSE)

static CK_FUNCTION_LIST functions = {{2, 40}, CK_FUNCTIONS(POINTER, POINTER)};

CK_FUNCTION_LIST *p11_functions(void) { return &functions; }

void p11_put_info(CK_INFO *info, const CK_BYTE *maker, const CK_BYTE *description) {
	memset(info, 0, sizeof *info);
	info->cryptoki = (CK_VERSION){2, 40};
	info->library = (CK_VERSION){1, 0};
	memcpy(info->maker, maker, sizeof info->maker);
	memcpy(info->description, description, sizeof info->description);
}

void p11_put_slot(CK_SLOT_INFO *info, const CK_BYTE *description, const CK_BYTE *maker, CK_ULONG flags) {
	memset(info, 0, sizeof *info);
	memcpy(info->description, description, sizeof info->description);
	memcpy(info->maker, maker, sizeof info->maker);
	info->flags = flags;
	info->hardware = info->firmware = (CK_VERSION){1, 0};
}

/* texts: label, maker, model, serial, time, each padded; numbers: as they stand in the structure. */
void p11_put_token(CK_TOKEN_INFO *info, const CK_BYTE *texts, const CK_ULONG *numbers) {
	memset(info, 0, sizeof *info);
	memcpy(info->label, texts, 32);
	memcpy(info->maker, texts + 32, 32);
	memcpy(info->model, texts + 64, 16);
	memcpy(info->serial, texts + 80, 16);
	memcpy(info->utcTime, texts + 96, 16);
	memcpy(&info->flags, numbers, 11 * sizeof *numbers);
	info->hardware = info->firmware = (CK_VERSION){1, 0};
}

void p11_put_session(CK_SESSION_INFO *info, CK_ULONG slot, CK_ULONG state, CK_ULONG flags) {
	*info = (CK_SESSION_INFO){slot, state, flags, 0};
}

void p11_put_mechanism(CK_MECHANISM_INFO *info, CK_ULONG min, CK_ULONG max, CK_ULONG flags) {
	*info = (CK_MECHANISM_INFO){min, max, flags};
}

/* Locks are the operating system's and threads are made, whatever the caller wants (PKCS #11 v2.40, 5.4, C_Initialize). */
CK_RV p11_check_args(const CK_INITIALIZE_ARGS *args) {
	int given;
	if (args == NULL)
		return 0;
	given = (args->createMutex != NULL) + (args->destroyMutex != NULL) + (args->lockMutex != NULL) + (args->unlockMutex != NULL);
	if (args->reserved != NULL || (given != 0 && given != 4))
		return 0x07; /* CKR_ARGUMENTS_BAD */
	if (args->flags & 1)
		return 0x09; /* CKR_NEED_TO_CREATE_THREADS */
	if (given == 4 && !(args->flags & 2))
		return 0x0A; /* CKR_CANT_LOCK */
	return 0;
}
