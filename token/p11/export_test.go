//go:build cgo

package p11

// Cryptoki lets tests stand between the driver and a library.
type Cryptoki = cryptoki

// OpenThrough is Open with something between the driver and the library.
func OpenThrough(cfg Config, between func(Cryptoki) Cryptoki) (*Driver, error) {
	m, err := load("p11.Open", cfg.Module, between)
	if err != nil {
		return nil, err
	}
	return newDriver(cfg, m), nil
}
