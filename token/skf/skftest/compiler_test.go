package skftest

import (
	"strings"
	"testing"
)

// TestNoCompiler: without a C compiler the test that needs the library fails and says what to install.
func TestNoCompiler(t *testing.T) {
	t.Setenv("CC", "no-such-compiler")
	path, err := build("-DSKF_ULONG=32")
	if err == nil || !strings.Contains(err.Error(), "package gcc") || path != "" {
		t.Fatalf("%q, %v", path, err)
	}
}
