package sm

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"certdesk/service"
)

// A library that panics on a stranger's bytes is an error of the caller's operation, whatever it panics with.
func TestPanicsAreContained(t *testing.T) {
	for name, spoil := range map[string]func(){
		"index":  func() { var s []int; _ = s[len(s)] },
		"nil":    func() { var e *envelopedKey; _ = e.Public },
		"text":   func() { panic("asn1: gone wrong") },
		"error":  func() { panic(errors.New("gone wrong")) },
		"struct": func() { panic(runtime.Error(nil)) },
	} {
		err := func() (err error) {
			defer contain("ParseCertificate", "certificate", &err)
			spoil()
			return nil
		}()
		if !service.IsCode(err, service.CryptoBad) || service.ArgsOf(err)["what"] != "certificate" || !strings.HasPrefix(err.Error(), "sm.ParseCertificate") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
