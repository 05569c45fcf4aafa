package tokentest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"certdesk/service/sm"
)

// openssl is the independent implementation that judges signatures and makes ciphertexts.
type openssl struct {
	b       *bench
	program string
	dir     string
}

// openssl finds the program. Without it the clause is reported as not checked; with it there is no way round.
func (b *bench) openssl() *openssl {
	b.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		b.Skip("NOT CHECKED: no openssl on this machine")
	}
	return &openssl{b: b, program: program, dir: b.TempDir()}
}

func (o *openssl) path(name string) string { return filepath.Join(o.dir, name) }

func (o *openssl) file(name string, data []byte) string {
	o.b.Helper()
	o.b.ok(os.WriteFile(o.path(name), data, 0o600))
	return o.path(name)
}

func (o *openssl) key(spki []byte) string {
	o.b.Helper()
	return o.file("key.pem", []byte(sm.EncodePEMType("PUBLIC KEY", spki)))
}

func (o *openssl) read(name string) []byte {
	o.b.Helper()
	data, err := os.ReadFile(o.path(name))
	o.b.ok(err)
	return data
}

func (o *openssl) run(args ...string) error {
	out, err := exec.Command(o.program, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}
