//go:build !cgo

package p11

import (
	"context"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/profile"
)

// Driver is a PKCS #11 module. There is none without cgo.
type Driver struct{ token.Driver }

// Open gives TokenUnsupported (pkcs11): this program was built without cgo.
func Open(Config) (*Driver, error) {
	return nil, service.E(service.TokenUnsupported, "p11.Open", service.Args{"what": "pkcs11"}, nil)
}

// Seen is not there either.
func (d *Driver) Seen(context.Context, string) (profile.Seen, error) {
	return profile.Seen{}, service.E(service.TokenUnsupported, "p11.Seen", service.Args{"what": "pkcs11"}, nil)
}
