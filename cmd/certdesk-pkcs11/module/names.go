package module

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// names is what callers set of objects and the device has no place for: CKA_LABEL, CKA_ID, CKA_SUBJECT and the dates, and that a
// public key was deleted whose private key stays. It is the file SERIAL.p11 beside the token's, read and written only while this
// process holds the token. Entries are tied to the key or certificate itself, so they never name another; losing the file loses
// names and nothing else.
type names struct {
	path    string
	Format  int     `json:"format"`
	Entries []entry `json:"objects"`
}

type entry struct {
	Class  uint            `json:"class"`
	Print  []byte          `json:"print"` // SHA-256 of the public key or certificate
	Set    map[uint][]byte `json:"set,omitempty"`
	Hidden bool            `json:"hidden,omitempty"`
}

const (
	namesFormat = 1
	maxNames    = 1 << 20
	maxName     = 4 << 10 // bytes of one value
)

func namesPath(dir, serial string) string { return filepath.Join(dir, serial+".p11") }

// loadNames reads the file. One that makes no sense counts as none.
func loadNames(dir, serial string) *names {
	fresh := func() *names { return &names{path: namesPath(dir, serial), Format: namesFormat} }
	f, err := os.Open(namesPath(dir, serial))
	if err != nil {
		return fresh()
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxNames))
	n := fresh()
	if err != nil || json.Unmarshal(data, n) != nil || n.Format != namesFormat {
		return fresh()
	}
	return n
}

func dropNames(dir, serial string) {
	_ = os.Remove(namesPath(dir, serial)) // what stays names keys that are gone
}

func (n *names) of(class uint, print []byte) *entry {
	for i := range n.Entries {
		if e := &n.Entries[i]; e.Class == class && string(e.Print) == string(print) {
			return e
		}
	}
	return nil
}

// note gives the entry of an object, a new one where there is none.
func (n *names) note(class uint, print []byte) *entry {
	if e := n.of(class, print); e != nil {
		return e
	}
	n.Entries = append(n.Entries, entry{Class: class, Print: print, Set: map[uint][]byte{}})
	return &n.Entries[len(n.Entries)-1]
}

// save writes the file in one step, without the entries that keep says no to.
func (n *names) save(keep func(entry) bool) RV {
	var kept []entry
	for _, e := range n.Entries {
		if (len(e.Set) > 0 || e.Hidden) && keep(e) {
			kept = append(kept, e)
		}
	}
	n.Entries = kept
	data, err := json.Marshal(n)
	if err == nil {
		err = replace(n.path, data)
	}
	switch {
	case err == nil:
		return OK
	case errors.Is(err, fs.ErrPermission):
		return TokenWriteProtected
	}
	return DeviceMemory
}

// replace is one file replacement: whoever reads sees the old or the new.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
