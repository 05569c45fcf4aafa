package flow_test

import (
	"testing"

	"certdesk/service/flow"
)

// TestRequestKey: one wish has one key, and no two lists of parts give the same one.
func TestRequestKey(t *testing.T) {
	base := flow.RequestKey("0430", "B1", "issue", 1, []byte("k"))
	if base != flow.RequestKey("0430", "B1", "issue", 1, []byte("k")) {
		t.Fatal("not stable")
	}
	for name, other := range map[string][32]byte{
		"shifted": flow.RequestKey("0430B", "1", "issue", 1, []byte("k")),
		"attempt": flow.RequestKey("0430", "B1", "issue", 2, []byte("k")),
		"step":    flow.RequestKey("0430", "B1", "issue2", 1, []byte("k")),
		"key":     flow.RequestKey("0430", "B1", "issue", 1, []byte("l")),
	} {
		if other == base {
			t.Error(name)
		}
	}
}
