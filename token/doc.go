// Package token holds what every token driver shares: the Driver contract, the owner goroutine that serialises the calls on
// a device, the polling watch, and the PIN and name rules that all devices obey at this counter.
//
// The ports themselves (service.Tokens, service.TokenSession) are the service's; drivers live in the folders below and pass
// the one contract suite in tokentest.
package token

import "certdesk/service"

// Driver is one way to reach tokens: softkey, p11 or skf.
type Driver interface {
	service.Tokens
	// Name is the driver's name as it stands in TokenInfo.Driver.
	Name() string
	// Close ends the driver. Open sessions die with it; it may be called twice.
	Close() error
}
