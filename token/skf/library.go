package skf

import (
	"strings"
	"sync"

	"certdesk/service"
)

// symbol is a function of GM/T 0016.
type symbol int

const (
	fnEnumDev symbol = iota
	fnConnectDev
	fnDisConnectDev
	fnGetDevInfo
	fnSetLabel
	fnCreateApplication
	fnEnumApplication
	fnOpenApplication
	fnDeleteApplication
	fnVerifyPIN
	fnChangePIN
	fnGetPINInfo
	fnUnblockPIN
	fnCreateContainer
	fnOpenContainer
	fnEnumContainer
	fnDeleteContainer
	fnGenECCKeyPair
	fnImportECCKeyPair
	fnExportPublicKey
	fnImportCertificate
	fnExportCertificate
	fnECCSignData
	optional // from here on a library may lack them
)

const (
	fnLockDev symbol = optional + iota
	fnUnlockDev
	fnGenRandom
	fnDevAuth
	fnCloseApplication
	fnCloseContainer
	fnClearSecureState
	fnImportSessionKey
	fnEncryptInit
	fnEncrypt
	fnECCDecrypt
	fnCloseHandle
	symbols
)

func symbolNames() [symbols]string {
	return [symbols]string{"EnumDev", "ConnectDev", "DisConnectDev", "GetDevInfo", "SetLabel", "CreateApplication",
		"EnumApplication", "OpenApplication", "DeleteApplication", "VerifyPIN", "ChangePIN", "GetPINInfo", "UnblockPIN",
		"CreateContainer", "OpenContainer", "EnumContainer", "DeleteContainer", "GenECCKeyPair", "ImportECCKeyPair",
		"ExportPublicKey", "ImportCertificate", "ExportCertificate", "ECCSignData",
		"LockDev", "UnlockDev", "GenRandom", "DevAuth", "CloseApplication", "CloseContainer", "ClearSecureState",
		"ImportSessionKey", "EncryptInit", "Encrypt", "ECCDecrypt", "CloseHandle"}
}

func (s symbol) name() string { return "SKF_" + symbolNames()[s] }

// missing is a function that the library does not export.
type missing struct{ fn string }

func (e *missing) Error() string { return e.fn + " is not in the library" }

// library is one loaded library. Calls are made one at a time.
type library struct {
	path string
	addr [symbols]uintptr

	mu sync.Mutex
}

// load loads the library at path and binds its functions. TokenLibrary (file, reason, detail).
func load(path string) (*library, error) {
	if cutOff(path) {
		return nil, unusable(path, reasonNot, "", nil)
	}
	handle, err := openLibrary(path)
	if err != nil {
		return nil, explain(path, err)
	}
	l := &library{path: path}
	var lacks []string
	for s := range symbols {
		if l.addr[s] = lookup(handle, s.name()); l.addr[s] == 0 && s < optional {
			lacks = append(lacks, s.name())
		}
	}
	if len(lacks) > 0 {
		closeLibrary(handle)
		return nil, unusable(path, "symbols", strings.Join(lacks, " "), nil)
	}
	// A library that works is never unloaded: many leave threads behind that run in it.
	return l, nil
}

func unusable(path, reason, detail string, err error) error {
	args := service.Args{"file": path, "reason": reason, "detail": detail}
	return service.E(service.TokenLibrary, "skf.Open", args, err)
}

func (l *library) has(fn symbol) bool { return l.addr[fn] != 0 }

// exports names the functions that the library has of those this package uses.
func (l *library) exports() (have, lack []string) {
	for s := range symbols {
		if l.has(s) {
			have = append(have, s.name())
		} else {
			lack = append(lack, s.name())
		}
	}
	return have, lack
}

func (l *library) call(fn symbol, args []uintptr) (sar, error) {
	if !l.has(fn) {
		return 0, &missing{fn.name()}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	// The upper half of the register says nothing: ULONG may be 32 bits.
	return sar(uint32(invoke(l.addr[fn], args))), nil
}
