//go:build cgo

package p11

import (
	"context"
	"fmt"

	"github.com/miekg/pkcs11"

	"certdesk/service"
	"certdesk/token/profile"
)

// Seen is what a module and the token of serial ("" the first that is in) tell without a PIN, for the draft of a profile. Without a
// token the module alone is told of. Errors as Open.
func (d *Driver) Seen(ctx context.Context, serial string) (s profile.Seen, err error) {
	if _, err := d.List(ctx); err != nil {
		return s, err
	}
	defer d.m.enter()()
	d.mu.Lock()
	defer d.mu.Unlock()
	err = guard("p11.Seen", func() error {
		s.Driver, s.Library = profile.P11, d.says()
		seats, err := d.seats()
		if err != nil {
			return service.E(service.TokenFailed, "p11.Seen", nil, err)
		}
		for _, at := range seats {
			if serial == "" || at.serial == serial {
				d.seenToken(&s, at)
				return nil
			}
		}
		if serial != "" {
			return service.E(service.TokenAbsent, "p11.Seen", service.Args{"serial": serial}, nil)
		}
		s.Unknown = append(s.Unknown, "no token was in: mechanisms, PIN lengths and flags")
		return nil
	})
	return s, err
}

// says is what the module says of itself.
func (d *Driver) says() string {
	info, err := d.m.c.GetInfo()
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %s %d.%d, PKCS #11 %d.%d", text(info.ManufacturerID), text(info.LibraryDescription), info.LibraryVersion.Major,
		info.LibraryVersion.Minor, info.CryptokiVersion.Major, info.CryptokiVersion.Minor)
}

func (d *Driver) seenToken(s *profile.Seen, at seat) {
	info := d.describe(at)
	s.Manufacturer, s.Model, s.Serial, s.Label = info.Manufacturer, info.Model, info.Serial, info.Label
	s.Initialised, s.Protected, s.Algs = info.Initialised, info.Protected, info.Algs
	s.PIN = profile.PINs{Min: info.PINRule.Min, Max: info.PINRule.Max}
	s.SODefault = at.info.Flags&pkcs11.CKF_SO_PIN_TO_BE_CHANGED != 0
	s.Flags = flagNames(at.info.Flags)
	if text(at.info.SerialNumber) == "" {
		s.SerialForm = "none: the token is known by its slot until it is initialised"
	}
	for _, m := range d.mechanisms(at) {
		if m < makers {
			continue // Algs says what they come to
		}
		seen := profile.Mechanism{Number: m}
		if size, err := d.m.c.GetMechanismInfo(at.slot, []*pkcs11.Mechanism{pkcs11.NewMechanism(m, nil)}); err == nil {
			seen.MinBits, seen.MaxBits = size.MinKeySize, size.MaxKeySize
		}
		s.Mechanisms = append(s.Mechanisms, seen)
	}
	s.Unknown = append(s.Unknown, "how many tries the PINs have: PKCS #11 tells only that few are left", "forms of SM2 signatures, ciphertexts and points")
}

// makers is above every mechanism of PKCS #11 v2.40; not all makers keep to CKM_VENDOR_DEFINED.
const makers = 0x8000

// flagNames names the flags of CK_TOKEN_INFO that are set (PKCS #11 v2.40, table 5).
func flagNames(flags uint) (names []string) {
	for _, f := range []struct {
		bit  uint
		name string
	}{
		{pkcs11.CKF_RNG, "RNG"}, {pkcs11.CKF_WRITE_PROTECTED, "WRITE_PROTECTED"}, {pkcs11.CKF_LOGIN_REQUIRED, "LOGIN_REQUIRED"},
		{pkcs11.CKF_USER_PIN_INITIALIZED, "USER_PIN_INITIALIZED"}, {pkcs11.CKF_PROTECTED_AUTHENTICATION_PATH, "PROTECTED_AUTHENTICATION_PATH"},
		{pkcs11.CKF_TOKEN_INITIALIZED, "TOKEN_INITIALIZED"}, {pkcs11.CKF_USER_PIN_COUNT_LOW, "USER_PIN_COUNT_LOW"},
		{pkcs11.CKF_USER_PIN_FINAL_TRY, "USER_PIN_FINAL_TRY"}, {pkcs11.CKF_USER_PIN_LOCKED, "USER_PIN_LOCKED"},
		{pkcs11.CKF_USER_PIN_TO_BE_CHANGED, "USER_PIN_TO_BE_CHANGED"}, {pkcs11.CKF_SO_PIN_COUNT_LOW, "SO_PIN_COUNT_LOW"},
		{pkcs11.CKF_SO_PIN_FINAL_TRY, "SO_PIN_FINAL_TRY"}, {pkcs11.CKF_SO_PIN_LOCKED, "SO_PIN_LOCKED"},
		{pkcs11.CKF_SO_PIN_TO_BE_CHANGED, "SO_PIN_TO_BE_CHANGED"},
	} {
		if flags&f.bit != 0 {
			names = append(names, "CKF_"+f.name)
		}
	}
	return names
}
