package db_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/audit"
)

const pageSize = 4096

// picture is what a store tells: sealed is guarded by seals and chain, clear only by the file's structure.
type picture struct{ sealed, clear string }

func pictureOf(s *db.Store) (p picture, err error) {
	report, err := s.VerifyAudit(context.Background())
	if err != nil {
		return p, err
	}
	if err := s.Check(context.Background()); err != nil {
		return p, err
	}
	err = s.Read(context.Background(), func(v service.View) error {
		k, err := v.Cases.Case(caseNo)
		o, err2 := v.Customers.Customer(person.ID)
		v1, err3 := v.Cases.Visit(visitID)
		j, err4 := v.Journal.Entries(caseNo)
		w, err5 := v.Papers.Papers(caseNo)
		e, err6 := v.Ledger.Entries(start.AddDate(-50, 0, 0), start.AddDate(50, 0, 0))
		y, err7 := v.Ledger.Payments(caseNo)
		f, err8 := v.Cases.Find(service.CaseQuery{Text: holder.Name})
		var data, docs []any
		for i := range j {
			data = append(data, j[i].Data)
		}
		for i := range w {
			docs = append(docs, w[i].Doc)
		}
		p.sealed = fmt.Sprint(report, k.Holder, k.Fields, o.Name, o.Number, o.Mobile, v1.Agent, data, docs)
		p.clear = fmt.Sprint(k, o, v1, j, w, e, y, len(f))
		return firstError(err, err2, err3, err4, err5, err6, err7, err8)
	})
	return p, err
}

// damages are ways in which a disk spoils a page; the page before is handed over too.
func damages(r *rand.Rand) map[string]func(page, other []byte) {
	return map[string]func(page, other []byte){
		"bit":    func(page, _ []byte) { page[r.IntN(len(page))] ^= 1 << r.IntN(8) },
		"bits":   func(page, _ []byte) { page[r.IntN(200)] ^= 1 << r.IntN(8); page[r.IntN(16)] ^= 0x80 },
		"zeros":  func(page, _ []byte) { clear(page) },
		"noise":  func(page, _ []byte) { noise(r, page) },
		"sector": func(page, _ []byte) { noise(r, page[512*r.IntN(8):][:512]) },
		"moved":  func(page, other []byte) { copy(page, other) },
	}
}

func noise(r *rand.Rand, b []byte) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
}

// Every page is spoilt in turn, in several ways. Nothing panics, each error has a code that names it, and what seals or the
// chain guard is either refused or right.
func TestEveryPageSpoilt(t *testing.T) {
	dir := newTemplate(t).copyTo(t)
	s := openAt(t, dir)
	for n := range 12 {
		if err := bigAct(s, n+2); err != nil {
			t.Fatal(err)
		}
	}
	want, err := pictureOf(s)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	good, err := os.ReadFile(filepath.Join(dir, db.FileName))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	counts := map[string]int{}
	rounds := 2
	if testing.Short() {
		rounds = 1
	}
	for range rounds {
		for at := 0; at < len(good); at += pageSize * min(4, stride()) {
			for name, damage := range damages(r) {
				bad := bytes.Clone(good)
				damage(bad[at:at+pageSize], good[(at+len(good)-pageSize)%len(good):][:pageSize])
				counts[name+" "+verdict(t, bad, want)]++
			}
		}
	}
	t.Logf("%d pages: %v", len(good)/pageSize, counts)
	for _, name := range []string{"zeros", "noise", "moved"} {
		if counts[name+" clear"] > 0 {
			t.Errorf("%s: a whole page was spoilt and something else was read for it, without an error", name)
		}
	}
}

// verdict opens a spoilt file and looks at everything: an error's code; same where nothing was to be seen; clear where an
// unsealed cell differs.
func verdict(t *testing.T, file []byte, want picture) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, db.FileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := db.Open(context.Background(), config(dir))
	var got picture
	if err == nil {
		got, err = pictureOf(s)
		_ = s.Close()
	}
	switch code := service.CodeOf(err); code {
	case "":
	case service.StoreCorrupt, service.AuditBroken, service.KeyWrong, service.StoreNewer, service.NotFound:
		return string(code)
	default:
		t.Fatalf("code %q: %v", code, err)
	}
	if got.sealed != want.sealed {
		t.Fatalf("accepted:\n%s\nfor\n%s", got.sealed, want.sealed)
	}
	if got.clear != want.clear {
		return "clear"
	}
	return "same"
}

// The whole file is lost, cut, foreign or without its log.
func TestSpoiltFiles(t *testing.T) {
	other := t.TempDir()
	c := config(other)
	c.Master = bytes.Repeat([]byte{9}, db.KeySize)
	s, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	foreign, err := os.ReadFile(filepath.Join(other, db.FileName))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(file, wal []byte) (newFile, newWAL []byte)
		want   service.Code
	}{
		{"another station's", func(_, _ []byte) ([]byte, []byte) { return foreign, nil }, service.KeyWrong},
		{"emptied beside its log", func(_, wal []byte) ([]byte, []byte) { return []byte{}, wal }, service.StoreCorrupt},
		{"gone beside its log", func(_, wal []byte) ([]byte, []byte) { return nil, wal }, service.StoreCorrupt},
		{"cut to half a page", func(f, _ []byte) ([]byte, []byte) { return f[:2048], nil }, service.StoreCorrupt},
		{"cut by a page", func(f, _ []byte) ([]byte, []byte) { return f[:len(f)-pageSize], nil }, service.StoreCorrupt},
		{"text", func(_, _ []byte) ([]byte, []byte) { return bytes.Repeat([]byte("text\n"), 3000), nil }, service.StoreCorrupt},
		{"log of noise", func(f, wal []byte) ([]byte, []byte) { return f, bytes.Repeat([]byte{0xa5}, len(wal)) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := running(t)
			file, wal := tt.change(dir.file, dir.wal)
			at := t.TempDir()
			for name, b := range map[string][]byte{db.FileName: file, db.FileName + "-wal": wal} {
				if b == nil {
					continue
				}
				if err := os.WriteFile(filepath.Join(at, name), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := db.Open(context.Background(), config(at))
			if err == nil {
				err = s.Check(context.Background())
				_ = s.Close()
			}
			wantCode(t, err, tt.want)
		})
	}
}

// photo is a store's files at a moment, the log holding what the file has not.
type photo struct {
	file, wal []byte
	anchor    audit.Anchor
}

// running takes the files of a running store after two acts, the first of which is in the file already.
func running(t *testing.T) (p photo) {
	t.Helper()
	dir := newTemplate(t).copyTo(t)
	s := openAt(t, dir)
	if err := bigAct(s, 2); err != nil {
		t.Fatal(err)
	}
	report, err := s.VerifyAudit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	hash, err := hex.DecodeString(report.Head)
	if err != nil {
		t.Fatal(err)
	}
	p.anchor = audit.Anchor{Seq: report.Rows, Hash: hash}
	for name, b := range map[string]*[]byte{db.FileName: &p.file, db.FileName + "-wal": &p.wal} {
		if *b, err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// A file whose log was taken away is whole and older: the store itself cannot know, a head on paper or at the centre does.
func TestLogTakenAway(t *testing.T) {
	p, dir := running(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, db.FileName), p.file, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, dir)
	if n := acts(t, s); n != 0 {
		t.Errorf("%d acts", n)
	}
	whole(t, s)
	_, err := s.VerifyAudit(context.Background(), p.anchor)
	wantCode(t, err, service.AuditBroken)
}
