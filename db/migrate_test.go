package db_test

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/service"
)

// oldStore unpacks a store as a released program left it, sealed under the tests' master key.
func oldStore(t *testing.T, name string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, db.FileName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOldStore(t *testing.T) {
	dir, ctx := oldStore(t, "station-v1.db.gz"), context.Background()
	_, err := db.OpenReadOnly(ctx, config(dir))
	wantCode(t, err, service.StoreOlder)
	same(t, "args", service.ArgsOf(err), service.Args{"have": "1", "want": "3"})
	s := openAt(t, dir)
	checkOld(t, s)
	act(t, s, func(tx *service.Tx) error {
		n, err := tx.Counters.Next("case")
		same(t, "counter goes on", n, int64(2))
		return firstError(err, tx.Outbox.Append("x", nil))
	})
	if report, err := s.VerifyAudit(ctx); err != nil || report.Rows != 3 {
		t.Errorf("%+v %v", report, err)
	}
	backups, err := filepath.Glob(filepath.Join(dir, db.BackupFolder, "station-v1-*.db"))
	if err != nil || len(backups) != 1 {
		t.Fatalf("backups %v %v", backups, err)
	}
	info, err := os.Stat(backups[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	restored := t.TempDir()
	b, err := os.ReadFile(backups[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(restored, db.FileName), b, 0o600); err != nil {
		t.Fatal(err)
	}
	checkOld(t, openAt(t, restored))
}

func checkOld(t *testing.T, s *db.Store) {
	t.Helper()
	read(t, s, func(v service.View) error {
		k, err := v.Cases.Case("B0430-261120-0001")
		same(t, "holder", k.Holder.Name, "旧持证人")
		c, err2 := v.Customers.Customer("c1")
		same(t, "customer", c.Name, "老客户有限公司")
		value, err3 := v.Settings.Get("name")
		same(t, "setting", string(value), "old hall")
		return firstError(err, err2, err3)
	})
}

func TestSecondOpenTakesNoBackup(t *testing.T) {
	dir := t.TempDir()
	if err := openAt(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, dir)
	if _, err := os.Stat(filepath.Join(dir, db.BackupFolder)); !os.IsNotExist(err) {
		t.Errorf("backup folder: %v", err)
	}
}

func TestNewerStore(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	if err := openAt(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	mustExec(t, raw(t, dir), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	want := service.Args{"have": "99", "want": "3"}
	_, err := db.Open(ctx, config(dir))
	wantCode(t, err, service.StoreNewer)
	same(t, "args", service.ArgsOf(err), want)
	_, err = db.OpenReadOnly(ctx, config(dir))
	wantCode(t, err, service.StoreNewer)
	same(t, "args", service.ArgsOf(err), want)
}
