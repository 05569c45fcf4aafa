package main

import (
	"certdesk/service"
)

// sar is a return code of GM/T 0016-2012, appendix A.
type sar uint32

const (
	sarOK             sar = 0
	sarFail           sar = 0x0A000001
	sarUnsupported    sar = 0x0A000003
	sarFile           sar = 0x0A000004
	sarInvalidHandle  sar = 0x0A000005
	sarInvalidParam   sar = 0x0A000006
	sarWriteFile      sar = 0x0A000008
	sarNameLen        sar = 0x0A000009
	sarNotInitialised sar = 0x0A00000C
	sarTimeout        sar = 0x0A00000F
	sarDataLen        sar = 0x0A000010
	sarData           sar = 0x0A000011
	sarKeyNotFound    sar = 0x0A00001B
	sarCertNotFound   sar = 0x0A00001C
	sarBufferSmall    sar = 0x0A000020
	sarNoEvent        sar = 0x0A000022
	sarRemoved        sar = 0x0A000023
	sarPINIncorrect   sar = 0x0A000024
	sarPINLocked      sar = 0x0A000025
	sarPINInvalid     sar = 0x0A000026
	sarPINLen         sar = 0x0A000027
	sarUserType       sar = 0x0A00002A
	sarAppName        sar = 0x0A00002B
	sarAppExists      sar = 0x0A00002C
	sarNotLoggedIn    sar = 0x0A00002D
	sarAppNotExists   sar = 0x0A00002E
	sarFileExists     sar = 0x0A00002F
	sarNoRoom         sar = 0x0A000030
	sarFileNotExist   sar = 0x0A000031
	sarMaxContainers  sar = 0x0A000032
)

// codes is what the soft token's codes are in the standard's words.
var codes = map[service.Code]sar{
	"":                       sarOK,
	service.PINWrong:         sarPINIncorrect,
	service.SOPINWrong:       sarPINIncorrect,
	service.PINLocked:        sarPINLocked,
	service.SOPINLocked:      sarPINLocked,
	service.TokenLogin:       sarNotLoggedIn,
	service.TokenRemoved:     sarRemoved,
	service.TokenAbsent:      sarRemoved,
	service.TokenBlank:       sarAppNotExists,
	service.TokenExists:      sarFileExists,
	service.TokenObject:      sarKeyNotFound,
	service.TokenUnsupported: sarUnsupported,
	service.TokenDamaged:     sarFile,
	service.StoreFull:        sarWriteFile,
	service.StoreReadOnly:    sarWriteFile,
	service.InputInvalid:     sarData,
	service.InputRequired:    sarDataLen,
	service.InputTooLong:     sarNameLen,
}

// codeOf translates an error of the soft token; SAR_FAIL where the standard has no word, such as for a busy device.
func codeOf(err error) sar {
	switch code := service.CodeOf(err); code {
	case service.PINFormat:
		if rule := service.ArgsOf(err)["rule"]; rule == "min" || rule == "max" {
			return sarPINLen
		}
		return sarPINInvalid
	case service.TokenFull:
		if service.ArgsOf(err)["unit"] == "containers" {
			return sarMaxContainers
		}
		return sarNoRoom
	default:
		if rv, ok := codes[code]; ok {
			return rv
		}
		return sarFail
	}
}

// certCode is codeOf for certificates.
func certCode(err error) sar {
	if service.IsCode(err, service.TokenObject) {
		return sarCertNotFound
	}
	return codeOf(err)
}
