package skftest

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/softkey"
)

// Drawer is a folder of soft UKeys that the library serves, and the hand that plugs them in and out.
type Drawer struct {
	*softkey.Driver // Insert, Remove, Create, Serials
	Dir             string
	faults          string
}

// New makes an empty drawer and points the environment of this process at it until the test ends, so it cannot be used in parallel
// tests. Options hold for tokens of Blank until the library makes their application.
func New(t testing.TB, opts ...softkey.Option) *Drawer {
	t.Helper()
	d := At(t, t.TempDir(), opts...)
	for _, pair := range d.pairs() {
		t.Setenv(pair[0], pair[1])
	}
	return d
}

// At opens the drawer in dir and leaves the environment alone: Env is for a child process.
func At(t testing.TB, dir string, opts ...softkey.Option) *Drawer {
	t.Helper()
	env := service.Env{Now: time.Now, Rand: rand.Reader, NewID: rand.Text}
	soft, err := softkey.Open(dir, env, append([]softkey.Option{softkey.WithKDF(1, 64, 1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := soft.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Drawer{Driver: soft, Dir: dir, faults: filepath.Join(dir, "fault")}
}

func (d *Drawer) pairs() [][2]string {
	return [][2]string{{"CERTDESK_UKEYS", d.Dir}, {"CERTDESK_UKEYS_KDF", "light"}, {"CERTDESK_FAULT_FILE", d.faults}}
}

// Env is the environment of a process that loads the library, beside what it has already.
func (d *Drawer) Env() []string {
	var env []string
	for _, pair := range d.pairs() {
		env = append(env, pair[0]+"="+pair[1])
	}
	return env
}

// Blank makes a factory-new token, plugs it in and returns its serial.
func (d *Drawer) Blank(t testing.TB) string {
	t.Helper()
	serial, err := d.NewSerial()
	for _, act := range []func(string) error{d.Create, d.Insert} {
		if err == nil {
			err = act(serial)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return serial
}

// SOPIN is the factory SO PIN.
func (d *Drawer) SOPIN() []byte { return []byte(softkey.FactorySOPIN) }

// Side is what the library keeps beside a token, in SERIAL.skf. Zero values are what a token of Blank says.
type Side struct {
	App       string   `json:"app,omitempty"`       // the application's name; CERTDESK where it is empty
	Label     string   `json:"label,omitempty"`     // cut at 32 bytes, wherever that is
	Empty     []string `json:"empty,omitempty"`     // containers without a key
	Serial    string   `json:"serial,omitempty"`    // what the device says instead of its own
	Protected bool     `json:"protected,omitempty"` // every change gives SAR_WRITEFILEERR
}

// SetSide changes a token behind the library's back.
func (d *Drawer) SetSide(t testing.TB, serial string, s Side) {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	d.replace(t, filepath.Join(d.Dir, serial+".skf"), data)
}

// Fault arms a fault (KIND:FUNCTION[:N], several joined by commas) in the process that makes the next call of the library, and takes
// the place of one that was not taken yet. It strikes once.
func (d *Drawer) Fault(t testing.TB, spec string) {
	t.Helper()
	d.replace(t, d.faults, []byte(spec))
}

// replace puts a file there in one step: another process may be reading.
func (d *Drawer) replace(t testing.TB, path string, data []byte) {
	t.Helper()
	tmp := path + ".new"
	err := os.WriteFile(tmp, data, 0o600)
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		t.Fatal(err)
	}
}
