package p11

import (
	"certdesk/service"
	"certdesk/token/profile"
)

// Name is the driver's name.
const Name = profile.P11

// Config is what a driver needs.
type Config struct {
	Module  string          // file name or path of the PKCS #11 module
	Profile profile.Profile // the zero value asks the device for everything and knows no SM2
	Env     service.Env     // Rand makes the challenges that prove imported keys
}
