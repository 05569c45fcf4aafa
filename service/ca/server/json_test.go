package server_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/central"
	"certdesk/service/sm"
	"certdesk/service/wire"
)

// Every JSON path, in every way a body can be wrong: an answer of the protocol with a code each time, and never a panic.
func TestHostileJSON(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	c := h.caller(t, &id)
	valid := map[string]string{
		wire.PathTicket: `{"serial":"SK-1","generation":1}`, wire.PathRange: `{"after":10000}`, wire.PathFeed: `{"cursor":0}`,
		wire.PathRecall: `{"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`,
	}
	deep := strings.Repeat(`[`, 100000) + strings.Repeat(`]`, 100000)
	for path, body := range valid {
		field := body[2:strings.Index(body, `":`)]
		for title, bent := range map[string]string{
			"empty": "", "null": "null", "list": "[" + body + "]", "text": `"x"`, "number": "7", "no UTF-8": "{\"" + field + "\":\"\xff\xfe\"}",
			"a name twice": body[:len(body)-1] + "," + body[1:], "twice by case": body[:len(body)-1] + "," + `"` + strings.ToUpper(field) + `":1}`,
			"unknown name": body[:len(body)-1] + `,"role":"admin"}`, "trailing object": body + body, "trailing bytes": body + "x",
			"trailing NUL": body + "\x00", "BOM": "\ufeff" + body, "deep": `{"` + field + `":` + deep + `}`,
			"huge number": `{"` + field + `":1e999999}`, "long number": `{"` + field + `":` + strings.Repeat("9", 100000) + `}`,
			"negative": `{"` + field + `":-9223372036854775809}`, "float": `{"` + field + `":0.5}`, "object": `{"` + field + `":{}}`,
			"true": `{"` + field + `":true}`, "comment": `{/**/"` + field + `":1}`, "NaN": `{"` + field + `":NaN}`,
		} {
			status, got := h.send(t, c, "POST", path, wire.TypeJSON, []byte(bent))
			if e := code(t, got); status != http.StatusBadRequest || !strings.HasPrefix(string(e), "input.") {
				t.Errorf("%s %s: %d %s", path, title, status, got)
			}
		}
		for n := range body {
			status, got := h.send(t, c, "POST", path, wire.TypeJSON, []byte(body[:n]))
			if e := code(t, got); status != http.StatusBadRequest || e != service.InputInvalid {
				t.Errorf("%s cut at %d: %d %s", path, n, status, got)
			}
		}
	}
	if log := h.log.String(); strings.Contains(log, "panic") || strings.Contains(log, "level=ERROR") {
		t.Fatal(log)
	}
}

// A path answers its own method and media type only.
func TestWrongMethodPathType(t *testing.T) {
	h := newHouse(t)
	id := h.join(t, "0430")
	c := h.caller(t, &id)
	for _, r := range []struct {
		method, path, kind string
		status             int
	}{
		{"GET", wire.PathCMP, "", 405}, {"PUT", wire.PathCMP, wire.TypeCMP, 405}, {"DELETE", wire.PathCRL, "", 405}, {"POST", wire.PathCRL, "", 405},
		{"GET", wire.PathTicket, "", 405}, {"GET", wire.PathEvents, "", 405}, {"POST", wire.PathAnchors, wire.TypeJSON, 405},
		{"GET", wire.PathJoin, "", 405}, {"OPTIONS", wire.PathCMP, "", 405}, {"PROPFIND", wire.PathFeed, "", 405},
		{"GET", "/", "", 404}, {"GET", "/v1", "", 404}, {"POST", "/v1/ticket/", wire.TypeJSON, 404}, {"POST", "/v2/ticket", wire.TypeJSON, 404},
		{"GET", "/pki/../crl/x", "", 404}, {"GET", "/.git/config", "", 404},
		{"POST", wire.PathCMP, "", 400}, {"POST", wire.PathCMP, "application/pkix", 400}, {"POST", wire.PathCMP, "text/html", 400},
		{"POST", wire.PathTicket, "", 400}, {"POST", wire.PathTicket, "text/plain", 400}, {"POST", wire.PathTicket, "application/json;charset=\"", 400},
		{"POST", wire.PathTicket, "application/json; charset=utf-8", 200},
	} {
		status, _ := h.send(t, c, r.method, r.path, r.kind, []byte(`{"serial":"a","generation":1}`))
		if status != r.status {
			t.Errorf("%s %s %q: %d", r.method, r.path, r.kind, status)
		}
	}
}

// events is a station's chain of n events.
func events(t *testing.T, id central.Identity, n int) []service.Event {
	t.Helper()
	key, err := sm.ParsePrivateKey(id.Keys.Events)
	must(t, err)
	var all []service.Event
	prev := audit.Start()
	for seq := range int64(n) {
		e, err := audit.LinkEvent(rand.Reader, key, prev, service.Event{Epoch: 1, Seq: seq + 1, Type: "case", Body: []byte(`{"no":1}`), At: time.Now().UTC()})
		must(t, err)
		all, prev = append(all, e), e.Hash
	}
	return all
}

// A batch is taken whole or not at all, and only the station's own.
func TestHostileEvents(t *testing.T) {
	h := newHouse(t)
	id, neighbour := h.join(t, "0430"), h.join(t, "0431")
	c := h.caller(t, &id)
	mine, theirs, second := events(t, id, 6), events(t, neighbour, 6), events(t, id, 6)
	send := func(batch []service.Event) (int, []byte) {
		body, err := json.Marshal(wire.EventBatch{Events: batch})
		must(t, err)
		return h.send(t, c, "POST", wire.PathEvents, wire.TypeJSON, body)
	}
	acked := func() (n int64) {
		n, err := h.svc.Ingest(context.Background(), "0430", nil)
		must(t, err)
		return n
	}
	bend := func(change func(*service.Event)) []service.Event {
		e := mine[2]
		change(&e)
		return []service.Event{mine[0], mine[1], e}
	}
	if status, got := send(mine[:1]); status != http.StatusOK {
		t.Fatalf("%d %s", status, got)
	}
	for title, b := range map[string]struct {
		batch []service.Event
		code  service.Code
	}{
		"another station's": {theirs[1:], service.AuditBroken}, "another station's first": {theirs, service.EventFork},
		"gap": {[]service.Event{mine[0], mine[2]}, service.EventGap}, "backwards": {[]service.Event{mine[2], mine[1]}, service.EventGap},
		"body altered":      {bend(func(e *service.Event) { e.Body = []byte(`{"no":2}`) }), service.AuditBroken},
		"type altered":      {bend(func(e *service.Event) { e.Type = "void" }), service.AuditBroken},
		"time altered":      {bend(func(e *service.Event) { e.At = e.At.Add(time.Hour) }), service.AuditBroken},
		"hash altered":      {bend(func(e *service.Event) { e.Hash = mine[1].Hash }), service.AuditBroken},
		"signature altered": {bend(func(e *service.Event) { e.Signature = mine[1].Signature }), service.AuditBroken},
		"no true signature": {bend(func(e *service.Event) { e.Signature = []byte{0x30, 0} }), service.AuditBroken},
		"prev altered":      {bend(func(e *service.Event) { e.Prev = mine[0].Hash }), service.AuditBroken},
		"prev missing":      {bend(func(e *service.Event) { e.Prev = nil }), service.AuditBroken},
		"another past":      {second, service.EventFork}, "epoch that begins late": {bend(func(e *service.Event) { e.Epoch = 2 }), service.EventGap},
		"no signature": {bend(func(e *service.Event) { e.Signature = nil }), service.InputRequired},
		"number zero":  {bend(func(e *service.Event) { e.Seq = 0 }), service.InputInvalid}, "negative": {bend(func(e *service.Event) { e.Seq = -3 }), service.InputInvalid},
		"epoch below zero": {bend(func(e *service.Event) { e.Epoch = -1 }), service.InputInvalid},
		"none":             {nil, service.InputRequired},
		"too many":         {make([]service.Event, wire.MaxBatch+1), service.InputTooLong},
	} {
		status, got := send(b.batch)
		if status < 400 || status >= 500 || code(t, got) != b.code {
			t.Errorf("%s: %d %s", title, status, got)
		}
		if n := acked(); n != 1 {
			t.Fatalf("%s: %d events stored", title, n)
		}
	}
	if status, got := send(mine); status != http.StatusOK || acked() != 6 {
		t.Fatalf("%d %s", status, got)
	}
}
