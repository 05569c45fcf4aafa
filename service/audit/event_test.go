package audit_test

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

// TestEvents: an event holds under its key behind its predecessor, and no field can be changed afterwards.
func TestEvents(t *testing.T) {
	key := newKey(t)
	spki := key.PublicKey()
	first := event(t, key, audit.Start(), 1)
	second := event(t, key, first.Hash, 2)
	for prev, e := range map[string]service.Event{string(audit.Start()): first, string(first.Hash): second} {
		if err := audit.CheckEvent(spki, []byte(prev), e); err != nil {
			t.Errorf("event %d: %v", e.Seq, err)
		}
	}
	for name, change := range map[string]func(*service.Event){
		"epoch": func(e *service.Event) { e.Epoch++ }, "number": func(e *service.Event) { e.Seq++ },
		"time": func(e *service.Event) { e.At = e.At.Add(time.Microsecond) }, "type": func(e *service.Event) { e.Type += "x" },
		"body": func(e *service.Event) { e.Body = append(bytes.Clone(e.Body), ' ') }, "prev": func(e *service.Event) { e.Prev = audit.Start() },
		"hash": func(e *service.Event) { e.Hash = audit.Start() }, "signature": func(e *service.Event) { e.Signature = first.Signature },
	} {
		e := second
		if change(&e); !service.IsCode(audit.CheckEvent(spki, first.Hash, e), service.AuditBroken) {
			t.Errorf("%s changed and not found", name)
		}
	}
	if err := audit.CheckEvent(newKey(t).PublicKey(), first.Hash, second); !service.IsCode(err, service.AuditBroken) {
		t.Errorf("under another key: %v", err)
	}
}

func event(t *testing.T, key sm.Signer, prev []byte, seq int64) service.Event {
	t.Helper()
	e, err := audit.LinkEvent(rand.Reader, key, prev, service.Event{
		Epoch: 1, Seq: seq, Type: "receipt", Body: []byte(`{"no":"1"}`), At: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
