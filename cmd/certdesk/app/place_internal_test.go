package app

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"certdesk/db"
	"certdesk/service"
)

// TestNoStoreOnNetworkDrive: none is founded there, and nothing is left behind; one that lies there already goes on serving.
func TestNoStoreOnNetworkDrive(t *testing.T) {
	far := func(string) (Volume, error) { return Volume{Kind: "nfs", Remote: true}, nil }
	open := func(dir string, create bool, see func(string) (Volume, error)) error {
		a := &App{Options: Options{Dir: dir, Env: RealEnv(), Create: create}, wake: make(chan struct{}, 1), see: see}
		defer a.Close()
		return a.open(t.Context())
	}
	dir := filepath.Join(t.TempDir(), "hall")
	if err := open(dir, true, far); !service.IsCode(err, service.StoreRemote) || service.ArgsOf(err)["path"] != dir {
		t.Errorf("%v", err)
	}
	if exists(dir) || exists(dir+".key") {
		t.Error("something was left behind")
	}
	if err := open(dir, true, see); err != nil {
		t.Fatal(err)
	}
	for _, create := range []bool{true, false} {
		if err := open(dir, create, far); err != nil || !exists(filepath.Join(dir, db.FileName)) {
			t.Errorf("create %v: %v", create, err)
		}
	}
}

// TestStoreGone: a key file whose store is gone founds no second one, whoever asks; nothing is left behind. Moved away, it does.
func TestStoreGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hall")
	o := Options{Dir: dir, Env: RealEnv(), Create: true}
	found := func() error {
		a, err := Open(t.Context(), o)
		if err != nil {
			return err
		}
		return a.Close()
	}
	if err := found(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for _, o.Create = range []bool{false, true} {
		if err := found(); !service.IsCode(err, service.StoreGone) || service.ArgsOf(err)["key"] != o.Key() || exists(dir) {
			t.Errorf("create %v: %v", o.Create, err)
		}
	}
	if err := errors.Join(os.Remove(o.Key()), found()); err != nil {
		t.Error(err)
	}
}
