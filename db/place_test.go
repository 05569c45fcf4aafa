package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/service"
)

// A folder's name is a name and no part of an address.
func TestStrangeFolderNames(t *testing.T) {
	for _, name := range []string{"数据 文件夹", "a%41b", "what?mode=memory", "hash#tag", "quote'\"", "plus+and&more=1"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			s := openAt(t, dir)
			sample(t, s)
			if _, err := os.Stat(filepath.Join(dir, db.FileName+"-wal")); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a power cut leaves: the file and its log, no index of the log. Both kinds of open read what was committed.
func TestAfterPowerCut(t *testing.T) {
	from := t.TempDir()
	s := openAt(t, from)
	sample(t, s)
	for _, open := range []func(context.Context, db.Config) (*db.Store, error){db.Open, db.OpenReadOnly} {
		dir := t.TempDir()
		for _, name := range []string{db.FileName, db.FileName + "-wal"} {
			b, err := os.ReadFile(filepath.Join(from, name))
			if err != nil {
				t.Fatal(err)
			}
			if name != db.FileName {
				b = append(b, make([]byte, 1000)...) // the frame that was being written
			}
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		again, err := open(context.Background(), config(dir))
		if err != nil {
			t.Fatal(err)
		}
		read(t, again, func(v service.View) error {
			k, err := v.Cases.Case(caseNo)
			same(t, "holder", k.Holder, holder)
			return err
		})
		if _, err := again.VerifyAudit(context.Background()); err != nil {
			t.Error(err)
		}
		_ = again.Close()
	}
}

// The zero actor is the station.
func TestStationActs(t *testing.T) {
	s := open(t)
	err := s.Act(context.Background(), service.Actor{}, func(tx *service.Tx) error { return tx.Audit.Append("start", "", "") })
	if err != nil {
		t.Fatal(err)
	}
	read(t, s, func(v service.View) error {
		head, err := v.Audit.Head()
		same(t, "actor", head.Actor, service.StationActor().ID)
		return err
	})
}
