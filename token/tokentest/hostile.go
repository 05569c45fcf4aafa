package tokentest

import (
	"testing"

	"certdesk/service"
)

// Devices as they should not be. A harness that can supply one implements the interface; of one that cannot, the clause is reported
// as unsupported. Each method initialises a token of Blank by spec (label, PINs), spoils it and returns its serial, plugged in.
type (
	// OddLabels writes a label that is no UTF-8, past the driver.
	OddLabels interface {
		OddLabel(t *testing.T, spec service.InitSpec) string
	}
	// Crowds puts that many objects on the token that this program did not make: certificates, keys or data.
	Crowds interface {
		Crowd(t *testing.T, spec service.InitSpec, objects int) string
	}
	// Protects sets the token's write protection, and takes a container named box with a signing key onto it before.
	Protects interface {
		Protect(t *testing.T, spec service.InitSpec) string
	}
	// Narrows supplies a token with room for one key and one certificate of 1000 bytes, but not for two of either.
	Narrows interface {
		Narrow(t *testing.T, spec service.InitSpec) string
	}
	// Twins plugs two tokens of one serial in and returns it.
	Twins interface {
		Twin(t *testing.T, spec service.InitSpec) string
	}
)

// Features that stand for these interfaces.
const (
	OddLabel Feature = "odd-label" // the harness is OddLabels
	Crowd    Feature = "crowd"     // the harness is Crowds
	Protect  Feature = "protect"   // the harness is Protects
	Narrow   Feature = "narrow"    // the harness is Narrows
	Twin     Feature = "twin"      // the harness is Twins
)

func hostile() []Feature { return []Feature{OddLabel, Crowd, Protect, Narrow, Twin} }

// supplies reports whether the harness has the interface that a hostile feature stands for.
func supplies(h Harness, f Feature) (ok bool) {
	switch f {
	case OddLabel:
		_, ok = h.(OddLabels)
	case Crowd:
		_, ok = h.(Crowds)
	case Protect:
		_, ok = h.(Protects)
	case Narrow:
		_, ok = h.(Narrows)
	case Twin:
		_, ok = h.(Twins)
	default:
		return true
	}
	return ok
}
