package db_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certdesk/db"
	"certdesk/service"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "station.key")
	_, err := db.LoadOrCreateKey(path, rand.Reader, false)
	wantCode(t, err, service.KeyMissing)
	same(t, "args", service.ArgsOf(err), service.Args{"path": path})
	key, err := db.LoadOrCreateKey(path, rand.Reader, true)
	if err != nil || len(key) != db.KeySize {
		t.Fatal(len(key), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	for _, create := range []bool{false, true} {
		again, err := db.LoadOrCreateKey(path, rand.Reader, create)
		if err != nil || !bytes.Equal(again, key) {
			t.Fatal(err)
		}
	}
}

func TestPin(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.key")
	wantCode(t, db.PinAuditKey(path, "ab"), service.KeyMissing)
	key, err := db.LoadOrCreateKey(path, rand.Reader, true)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 2; i++ {
		if err := db.PinAuditKey(path, "ab"); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, db.PinAuditKey(path, "cd"), service.AuditBroken)
	pin, err := db.AuditPin(path)
	if err != nil || pin != "ab" {
		t.Fatal(pin, err)
	}
	again, err := db.LoadOrCreateKey(path, rand.Reader, false)
	if err != nil || !bytes.Equal(again, key) {
		t.Fatal("the key changed", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
}

func TestBadKeyFiles(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(master)
	tests := []struct{ name, text string }{
		{"empty", ""}, {"header only", "certdesk data key 1\n"}, {"other header", "certdesk data key 2\n" + good + "\n"},
		{"not base64", "certdesk data key 1\n!!\n"}, {"short", "certdesk data key 1\nAAAA\n"},
		{"long", "certdesk data key 1\n" + good + good + "\n"}, {"strange third line", "certdesk data key 1\n" + good + "\nx\n"},
		{"empty pin", "certdesk data key 1\n" + good + "\naudit \n\n"}, {"fourth line", "certdesk data key 1\n" + good + "\naudit a\nb\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := db.LoadOrCreateKey(path, rand.Reader, true)
			wantCode(t, err, service.KeyWrong)
			if err != nil && strings.Contains(err.Error(), good) {
				t.Error("the error shows the key")
			}
		})
	}
}

func TestKeyFileFromAnotherSystem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	text := "certdesk data key 1\r\n" + base64.StdEncoding.EncodeToString(master) + "\r\naudit ab\r\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := db.LoadOrCreateKey(path, rand.Reader, false)
	if err != nil || !bytes.Equal(key, master) {
		t.Fatal(err)
	}
}

func FuzzKeyFile(f *testing.F) {
	f.Add([]byte("certdesk data key 1\n" + base64.StdEncoding.EncodeToString(master) + "\naudit ab\n"))
	f.Add([]byte("certdesk data key 1\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		key, _, err := db.ParseKeyFile(raw)
		if (err == nil) != (len(key) == db.KeySize) {
			t.Errorf("%d bytes, %v", len(key), err)
		}
	})
}

func TestHold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	release, err := db.Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Hold(dir)
	wantCode(t, err, service.FolderHeld)
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = db.Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = release()
}
