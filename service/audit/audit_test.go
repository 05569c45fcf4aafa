package audit_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
	"certdesk/service/sm"
)

var begin = time.Date(2026, 11, 21, 1, 2, 3, 4000, time.UTC)

// chain is a good chain of n rows and its head, signed by key.
func chain(t testing.TB, key *sm.PrivateKey, n int, detail string) ([]service.AuditRow, audit.Head) {
	t.Helper()
	prev := audit.Start()
	var rows []service.AuditRow
	for i := 1; i <= n; i++ {
		r := service.AuditRow{Seq: int64(i), At: begin.Add(time.Duration(i) * time.Second), Actor: "s1", Act: "case.put",
			Subject: fmt.Sprint("B", i), Detail: detail}
		if i == 1 {
			r.Act, r.Detail = audit.GenesisAct, audit.GenesisDetail(key.PublicKey())
		}
		r, err := audit.Link(rand.Reader, key, prev, r)
		if err != nil {
			t.Fatal(err)
		}
		rows, prev = append(rows, r), r.Hash
	}
	head, err := audit.SignHead(rand.Reader, key, int64(n), prev)
	if err != nil {
		t.Fatal(err)
	}
	return rows, head
}

func newKey(t testing.TB) *sm.PrivateKey {
	t.Helper()
	key, err := sm.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func each(rows []service.AuditRow) iter.Seq2[service.AuditRow, error] {
	return func(yield func(service.AuditRow, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func wantBroken(t testing.TB, err error, seq int64, reason string) {
	t.Helper()
	args := service.ArgsOf(err)
	if service.CodeOf(err) != service.AuditBroken || args["reason"] != reason || (seq > 0 && args["seq"] != fmt.Sprint(seq)) {
		t.Fatalf("%v, want seq %d, reason %s", err, seq, reason)
	}
}

// Both computed by another implementation of SM3 from the description of Hash and EventHash.
const (
	rowVector   = "0e7cbcea41e337739e347ea9d06a8533ce861ca0ca3472b6c138794d9564ee20"
	eventVector = "7b60eb6b69cecf1dd417bd3f79068dab1739b78ae129f22c82c3a0b32917b4a2"
)

// The hash is a format: chains of released programs must go on holding.
func TestHashIsFixed(t *testing.T) {
	r := service.AuditRow{Seq: 7, At: begin, Actor: "s1", Act: "case.put", Subject: "B1", Detail: "状态", Prev: audit.Start()}
	sum := audit.Hash(r)
	if got, want := hex.EncodeToString(sum[:]), rowVector; got != want {
		t.Errorf("row %s, want %s", got, want)
	}
	e := service.Event{Epoch: 1, Seq: 7, Type: "case", Body: []byte("{}"), Prev: audit.Start(), At: begin}
	sum = audit.EventHash(e)
	if got, want := hex.EncodeToString(sum[:]), eventVector; got != want {
		t.Errorf("event %s, want %s", got, want)
	}
}

// What moves from one column into the next is another row.
func TestHashKeepsColumnsApart(t *testing.T) {
	a := service.AuditRow{Act: "ab", Subject: "c"}
	b := service.AuditRow{Act: "a", Subject: "bc"}
	if audit.Hash(a) == audit.Hash(b) {
		t.Error("equal")
	}
}

func TestGoodChain(t *testing.T) {
	key := newKey(t)
	rows, head := chain(t, key, 5, "状态")
	report, err := audit.Verify(each(rows), head, key.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	want := audit.Report{Rows: 5, First: rows[0].At, Last: rows[4].At, Head: hex.EncodeToString(head.Hash), Unanchored: 5}
	if report != want {
		t.Errorf("%+v", report)
	}
}

func TestAnchors(t *testing.T) {
	key := newKey(t)
	rows, head := chain(t, key, 6, "状态")
	other := slices.Repeat([]byte{9}, 32)
	tests := []struct {
		name     string
		anchors  []audit.Anchor
		seq      int64 // of the break, 0 where it holds
		anchored int64
	}{
		{"by number", []audit.Anchor{{Seq: 2, Hash: rows[1].Hash}, {Seq: 4, Hash: rows[3].Hash}}, 0, 4},
		{"by hash, as printed", []audit.Anchor{{Hash: rows[2].Hash}}, 0, 3},
		{"both, out of order", []audit.Anchor{{Hash: rows[4].Hash}, {Seq: 1, Hash: rows[0].Hash}}, 0, 5},
		{"rewritten", []audit.Anchor{{Seq: 3, Hash: other}}, 3, 0},
		{"printed head is nowhere", []audit.Anchor{{Hash: other}}, 7, 0},
		{"behind the end", []audit.Anchor{{Seq: 9, Hash: other}}, 7, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report, err := audit.Verify(each(rows), head, key.PublicKey(), tt.anchors...)
			if tt.seq > 0 {
				wantBroken(t, err, tt.seq, audit.ReasonAnchor)
				return
			}
			if err != nil || report.Anchored != tt.anchored || report.Unanchored != 6-tt.anchored {
				t.Errorf("%+v %v", report, err)
			}
		})
	}
}

func TestForeignKeyAndEmptyChain(t *testing.T) {
	key, other := newKey(t), newKey(t)
	rows, head := chain(t, key, 3, "状态")
	_, err := audit.Verify(each(rows), head, other.PublicKey())
	wantBroken(t, err, 1, audit.ReasonSignature)
	_, err = audit.Verify(each(rows), head, nil)
	wantBroken(t, err, 1, audit.ReasonSignature)
	_, err = audit.Verify(each(nil), head, key.PublicKey())
	wantBroken(t, err, 1, audit.ReasonTail)
	_, err = audit.Verify(each(nil), audit.Head{}, key.PublicKey())
	wantBroken(t, err, 0, audit.ReasonHead)
	rows[0].Act = "other"
	rows[0], err = audit.Link(rand.Reader, key, audit.Start(), rows[0])
	if err != nil {
		t.Fatal(err)
	}
	_, err = audit.Verify(each(rows), head, key.PublicKey())
	wantBroken(t, err, 1, audit.ReasonGenesis)
}

// A row behind the head, signed by the key itself: the head was not raised with it.
func TestRowBehindHead(t *testing.T) {
	key := newKey(t)
	rows, _ := chain(t, key, 5, "状态")
	head, err := audit.SignHead(rand.Reader, key, 4, rows[3].Hash)
	if err != nil {
		t.Fatal(err)
	}
	_, err = audit.Verify(each(rows), head, key.PublicKey())
	wantBroken(t, err, 5, audit.ReasonExtra)
}

func TestReadErrorPassesThrough(t *testing.T) {
	key := newKey(t)
	rows, head := chain(t, key, 3, "状态")
	stop := errors.New("disk")
	report, err := audit.Verify(func(yield func(service.AuditRow, error) bool) {
		_ = yield(rows[0], nil) && yield(service.AuditRow{}, stop)
	}, head, key.PublicKey())
	if err != stop || report.Rows != 1 {
		t.Errorf("%+v %v", report, err)
	}
}

// A signature made for one thing is none for another.
func TestSignaturesAreNotExchanged(t *testing.T) {
	key := newKey(t)
	rows, head := chain(t, key, 2, "状态")
	asHead := head
	asHead.Signature = rows[1].Signature
	if audit.CheckHead(key.PublicKey(), asHead) == nil {
		t.Error("a row's signature is a head's")
	}
	older := audit.Head{Seq: 1, Hash: head.Hash, Signature: head.Signature}
	if audit.CheckHead(key.PublicKey(), older) == nil {
		t.Error("the number is not signed")
	}
}
