package db_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/audit"
)

func chain(t *testing.T, dir string, acts int) *db.Store {
	t.Helper()
	s := openAt(t, dir)
	for i := 0; i < acts; i++ {
		err := s.Act(context.Background(), clerk, func(tx *service.Tx) error {
			return tx.Audit.Append("case.put", fmt.Sprintf("B%d", i), "中")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// The chain is changed as another program would, triggers dropped first; verification reads it with no data key.
func TestAuditTampering(t *testing.T) {
	tests := []struct{ name, change, seq, reason string }{
		{"time", `UPDATE audit SET at = at + 1 WHERE seq = 4`, "4", "hash"},
		{"time as text", `UPDATE audit SET at = 'noon' WHERE seq = 4`, "4", "unreadable"},
		{"actor", `UPDATE audit SET actor = 's2' WHERE seq = 4`, "4", "hash"},
		{"act", `UPDATE audit SET act = '' WHERE seq = 4`, "4", "hash"},
		{"subject", `UPDATE audit SET subject = subject || 'x' WHERE seq = 4`, "4", "hash"},
		{"detail", `UPDATE audit SET detail = 'x' WHERE seq = 4`, "4", "hash"},
		{"detail as blob", `UPDATE audit SET detail = CAST(detail AS BLOB) WHERE seq = 4`, "4", "unreadable"},
		{"prev", `UPDATE audit SET prev = zeroblob(32) WHERE seq = 4`, "4", "hash"},
		{"hash", `UPDATE audit SET hash = zeroblob(32) WHERE seq = 4`, "4", "hash"},
		{"signature", `UPDATE audit SET signature = (SELECT signature FROM audit WHERE seq = 5) WHERE seq = 4`, "4", "signature"},
		{"signature empty", `UPDATE audit SET signature = x'' WHERE seq = 4`, "4", "signature"},
		{"number", `UPDATE audit SET seq = 400 WHERE seq = 4`, "4", "missing"},
		{"deleted", `DELETE FROM audit WHERE seq = 4`, "4", "missing"},
		{"first deleted", `DELETE FROM audit WHERE seq = 1`, "1", "missing"},
		{"all deleted", `DELETE FROM audit`, "1", "tail"},
		{"tail cut", `DELETE FROM audit WHERE seq > 6`, "7", "tail"},
		{"tail and head cut", `DELETE FROM audit WHERE seq > 6; UPDATE audit_head SET seq = 6, hash = (SELECT hash FROM audit WHERE
			seq = 6), signature = (SELECT signature FROM audit WHERE seq = 6)`, "7", "head"},
		{"head gone", `DELETE FROM audit_head`, "", "head"},
		{"head's signature", `UPDATE audit_head SET signature = x'00'`, "9", "head"},
		{"row before the first", `INSERT INTO audit SELECT -1, at, actor, act, subject, detail, prev, hash, signature FROM audit
			WHERE seq = 1`, "1", "missing"},
		{"row appended", `INSERT INTO audit SELECT 10, at, actor, act, subject, detail, hash, hash, signature FROM audit
			WHERE seq = 9`, "10", "hash"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			_ = chain(t, dir, 8).Close()
			pool := raw(t, dir)
			mustExec(t, pool, tt.change)
			err := blindVerify(t, dir)
			wantCode(t, err, service.AuditBroken)
			args := service.ArgsOf(err)
			if args["reason"] != tt.reason || (tt.seq != "" && tt.reason != "head" && args["seq"] != tt.seq) {
				t.Errorf("args %v", args)
			}
		})
	}
}

func blindVerify(t *testing.T, dir string) error {
	t.Helper()
	c := config(dir)
	c.Master = nil
	s, err := db.OpenReadOnly(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	_, err = s.VerifyAudit(context.Background())
	return err
}

// Cutting the tail under a running station, or before it starts, leaves a gap for ever: acts go on behind the signed head.
func TestCutTailIsNotHealed(t *testing.T) {
	for _, running := range []bool{true, false} {
		t.Run(fmt.Sprint("running ", running), func(t *testing.T) {
			dir := t.TempDir()
			s := chain(t, dir, 8)
			if !running {
				_ = s.Close()
			}
			mustExec(t, raw(t, dir), `DELETE FROM audit WHERE seq > 6`)
			if !running {
				s = openAt(t, dir)
			}
			act(t, s, func(*service.Tx) error { return nil })
			_, err := s.VerifyAudit(context.Background())
			wantCode(t, err, service.AuditBroken)
			same(t, "args", service.ArgsOf(err), service.Args{"seq": "7", "reason": "missing"})
		})
	}
}

// An older head with its own good signature, put back with its rows under a running station, is not believed.
func TestHeadPutBack(t *testing.T) {
	dir := t.TempDir()
	s := chain(t, dir, 3)
	pool := raw(t, dir)
	var hash, sig []byte
	if err := pool.QueryRow(`SELECT hash, signature FROM audit_head`).Scan(&hash, &sig); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 3; i++ {
		act(t, s, func(*service.Tx) error { return nil })
	}
	mustExec(t, pool, `DELETE FROM audit WHERE seq > 4`)
	mustExec(t, pool, `UPDATE audit_head SET seq = 4, hash = ?, signature = ?`, hash, sig)
	act(t, s, func(*service.Tx) error { return nil })
	_, err := s.VerifyAudit(context.Background())
	wantCode(t, err, service.AuditBroken)
}

func TestForgedHeadStopsTheStation(t *testing.T) {
	for _, change := range []string{`DELETE FROM audit_head`, `UPDATE audit_head SET seq = seq - 1`} {
		dir := t.TempDir()
		s := chain(t, dir, 3)
		mustExec(t, raw(t, dir), change)
		wantCode(t, try(s, func(*service.Tx) error { return nil }), service.AuditBroken)
		_ = s.Close()
		_, err := db.Open(context.Background(), config(dir))
		wantCode(t, err, service.AuditBroken)
	}
}

// The whole chain made again under another key: its own public key vouches for it, the pin does not.
func TestForeignChain(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	s := chain(t, dir, 3)
	pin := audit.Fingerprint(s.AuditKey())
	_ = s.Close()
	_ = chain(t, other, 3).Close()
	pool := raw(t, dir)
	mustExec(t, pool, `DELETE FROM audit; DELETE FROM audit_head`)
	mustExec(t, pool, `ATTACH ? AS o`, filepath.Join(other, db.FileName))
	for _, table := range []string{"audit", "audit_head"} {
		mustExec(t, pool, `INSERT INTO `+table+` SELECT * FROM o.`+table)
	}
	wantCode(t, blindVerify(t, dir), service.AuditBroken)
	mustExec(t, pool, `UPDATE meta SET value = (SELECT value FROM o.meta m WHERE m.name = meta.name) WHERE name = 'events-public'`)
	if err := blindVerify(t, dir); err != nil {
		t.Fatal(err)
	}
	c := config(dir)
	c.Master = nil
	blind, err := db.OpenReadOnly(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = blind.Close() }()
	if audit.Fingerprint(blind.AuditKey()) == pin {
		t.Error("the foreign key has the pinned fingerprint")
	}
	_, err = db.Open(context.Background(), config(dir))
	wantCode(t, err, service.StoreCorrupt)
}

func TestAuditView(t *testing.T) {
	dir := t.TempDir()
	s := chain(t, dir, 5)
	read(t, s, func(v service.View) error {
		head, err := v.Audit.Head()
		rows, err2 := v.Audit.Rows(3, 2)
		of, err3 := v.Audit.Of("B1")
		same(t, "rows", []int64{head.Seq, rows[0].Seq, rows[1].Seq, int64(len(rows))}, []int64{6, 3, 4, 2})
		if len(of) != 1 || of[0].Detail != "中" || of[0].Actor != clerk.ID || !bytes.Equal(rows[0].Hash, rows[1].Prev) {
			t.Errorf("of %+v", of)
		}
		return firstError(err, err2, err3)
	})
	var seqs []int64
	for row, err := range s.AuditRows(context.Background(), 4) {
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, row.Seq)
	}
	same(t, "rows", seqs, []int64{4, 5, 6})
	report, err := s.VerifyAudit(context.Background())
	if err != nil || report.Rows != 6 || report.Unanchored != 6 {
		t.Errorf("%+v %v", report, err)
	}
	anchored := audit.Anchor{Seq: 4}
	for row, err := range s.AuditRows(context.Background(), 4) {
		if err != nil {
			t.Fatal(err)
		}
		anchored.Hash = row.Hash
		break
	}
	report, err = s.VerifyAudit(context.Background(), anchored)
	if err != nil || report.Anchored != 4 || report.Unanchored != 2 {
		t.Errorf("%+v %v", report, err)
	}
	head, err := hex.DecodeString(report.Head)
	if err != nil || len(head) != 32 {
		t.Errorf("head %q %v", report.Head, err)
	}
}

// A chain is verified beside a running station, and the file's mode is its owner's alone.
func TestVerifyBesideStation(t *testing.T) {
	dir := t.TempDir()
	s := chain(t, dir, 2)
	if err := blindVerify(t, dir); err != nil {
		t.Fatal(err)
	}
	act(t, s, func(*service.Tx) error { return nil })
	for _, name := range []string{db.FileName, db.FileName + "-wal"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}
