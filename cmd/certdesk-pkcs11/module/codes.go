package module

import "certdesk/service"

// failed turns a driver's error into a return value, once.
func failed(err error) RV {
	if err == nil {
		return OK
	}
	code := service.CodeOf(err)
	switch code {
	case service.PINFormat:
		return badPIN(service.ArgsOf(err)["rule"])
	case service.InputInvalid:
		return badInput(service.ArgsOf(err)["field"])
	}
	if rv, known := codes()[code]; known {
		return rv
	}
	return DeviceError
}

func codes() map[service.Code]RV {
	return map[service.Code]RV{
		service.PINWrong: PINIncorrect, service.SOPINWrong: PINIncorrect,
		service.PINLocked: PINLocked, service.SOPINLocked: PINLocked,
		service.TokenAbsent: TokenNotPresent, service.TokenRemoved: DeviceRemoved,
		service.TokenBlank: UserPINNotInitialized, service.TokenLogin: UserNotLoggedIn,
		service.TokenFull: DeviceMemory, service.StoreFull: DeviceMemory,
		service.StoreReadOnly: TokenWriteProtected, service.TokenDamaged: TokenNotRecognized,
		service.TokenUnsupported: KeyTypeInconsistent, service.TokenObject: ObjectHandleInvalid,
		service.TokenExists: TemplateInconsistent, service.TokenBusy: SessionCount,
		service.InputRequired: ArgumentsBad, service.InputTooLong: ArgumentsBad, service.InputChoice: ArgumentsBad,
	}
}

func badPIN(rule string) RV {
	if rule == "min" || rule == "max" {
		return PINLenRange
	}
	return PINInvalid
}

func badInput(field string) RV {
	switch field {
	case "envelope":
		return WrappedKeyInvalid
	case "ciphertext":
		return EncryptedDataInvalid
	case "digest":
		return DataLenRange
	}
	return ArgumentsBad
}
