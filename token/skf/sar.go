package skf

import (
	"errors"
	"fmt"

	"certdesk/service"
)

// sar is a return value (GM/T 0016, annex A).
type sar uint32

const (
	sarOK             sar = 0
	sarFail           sar = 0x0A000001
	sarUnknown        sar = 0x0A000002
	sarNotSupported   sar = 0x0A000003
	sarFile           sar = 0x0A000004
	sarInvalidHandle  sar = 0x0A000005
	sarInvalidParam   sar = 0x0A000006
	sarReadFile       sar = 0x0A000007
	sarWriteFile      sar = 0x0A000008
	sarNameLen        sar = 0x0A000009
	sarKeyUsage       sar = 0x0A00000A
	sarObject         sar = 0x0A00000D
	sarTimeout        sar = 0x0A00000F
	sarDataLen        sar = 0x0A000010
	sarData           sar = 0x0A000011
	sarHashNotEqual   sar = 0x0A00001A
	sarKeyNotFound    sar = 0x0A00001B
	sarCertNotFound   sar = 0x0A00001C
	sarDecryptPad     sar = 0x0A00001E
	sarBufferTooSmall sar = 0x0A000020
	sarKeyInfoType    sar = 0x0A000021
	sarRemoved        sar = 0x0A000023
	sarPINIncorrect   sar = 0x0A000024
	sarPINLocked      sar = 0x0A000025
	sarPINInvalid     sar = 0x0A000026
	sarPINLenRange    sar = 0x0A000027
	sarNoUserPIN      sar = 0x0A000029
	sarAppExists      sar = 0x0A00002C
	sarNotLoggedIn    sar = 0x0A00002D
	sarAppNotExists   sar = 0x0A00002E
	sarFileExists     sar = 0x0A00002F
	sarNoRoom         sar = 0x0A000030
	sarFileNotExist   sar = 0x0A000031
	sarMaxContainers  sar = 0x0A000032
)

// sarError is a refusal of the library.
type sarError struct {
	fn   string
	code sar
}

func (e *sarError) Error() string { return fmt.Sprintf("%s: 0x%08X", e.fn, uint32(e.code)) }

// codeOf gives the library's refusal, sarOK where err is none.
func codeOf(err error) sar {
	var e *sarError
	if errors.As(err, &e) {
		return e.code
	}
	return sarOK
}

// is reports whether err is one of the library's refusals codes.
func is(err error, codes ...sar) bool {
	got := codeOf(err)
	for _, c := range codes {
		if got == c && got != sarOK {
			return true
		}
	}
	return false
}

// absent are the answers by which libraries say that an object is not there. The standard names one for each kind of object; makers
// mix them up, and some only say that they failed.
func absent(err error) bool {
	return is(err, sarFail, sarFile, sarReadFile, sarObject, sarInvalidParam, sarKeyNotFound, sarCertNotFound, sarFileNotExist,
		sarAppNotExists, sarKeyUsage)
}

// unopened are the answers to a ciphertext or an envelope that the key does not open.
func unopened(err error) bool {
	return is(err, sarFail, sarUnknown, sarInvalidParam, sarDataLen, sarData, sarHashNotEqual, sarDecryptPad, sarKeyInfoType)
}

// lying is an answer that makes no sense: a size beyond the buffer, a write beyond it, numbers that cannot be.
type lying struct{ what string }

func (e *lying) Error() string { return e.what }

func lie(format string, args ...any) error { return &lying{fmt.Sprintf(format, args...)} }

// plainCode translates what needs no context. PIN answers and objects are the caller's to tell.
func plainCode(err error) service.Code {
	var l *lying
	switch {
	case errors.As(err, &l), is(err, sarBufferTooSmall):
		return service.TokenDamaged
	case errors.As(err, new(*missing)), is(err, sarNotSupported):
		return service.TokenUnsupported
	case is(err, sarRemoved):
		return service.TokenRemoved
	case is(err, sarNotLoggedIn):
		return service.TokenLogin
	case is(err, sarNoRoom, sarMaxContainers):
		return service.TokenFull
	case is(err, sarWriteFile):
		// The standard has no word for a write-protected token; what it can say is that it could not write.
		return service.TokenProtected
	case is(err, sarPINLocked):
		return service.PINLocked
	case is(err, sarAppExists, sarFileExists):
		return service.TokenExists
	}
	return service.TokenFailed
}
