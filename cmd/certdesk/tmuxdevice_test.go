package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/token/skf/skftest"
)

// TestDeskOverLibrary types a whole 1001 and a whole 2001 over a maker's library: SKF in both dialects, and PKCS #11 with SM2.
func TestDeskOverLibrary(t *testing.T) {
	for _, c := range []struct {
		name    string
		args    []string
		outside func(t *testing.T, module, pin string)
	}{
		{"skf32", []string{"--driver", "skf", "--profile", "certdesk-soft-skf", "--module", skftest.Library(t, 32)}, nil},
		{"skf64", []string{"--driver", "skf", "--profile", "certdesk-soft-skf", "--module", skftest.Library(t, 64)}, nil},
		{"pkcs11", []string{"--driver", "p11", "--profile", "certdesk-soft", "--module", pkcs11Module(t)}, listed},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "hall")
			t.Setenv("CERTDESK_UKEYS", filepath.Join(dir, "ukeys"))
			t.Setenv("CERTDESK_UKEYS_KDF", "light")
			x := openTerm(t, 80, 24, "", dir, append([]string{"demo"}, c.args...)...)
			signIn(x, "01", "260101")
			serial := issueAtDesk(x, dir)
			unlockAtDesk(x, serial)
			x.key("F3")
			x.sees("退出")
			if c.outside != nil {
				x.hangUp() // one program has the token at a time
				c.outside(t, c.args[len(c.args)-1], "86420975")
			}
		})
	}
}

// pkcs11Module builds the PKCS #11 module of the soft UKeys.
func pkcs11Module(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "libcertdesk-pkcs11.so")
	if out, err := exec.Command("go", "build", "-buildmode=c-shared", "-o", file, "certdesk/cmd/certdesk-pkcs11").CombinedOutput(); err != nil {
		t.Fatalf("building the module (gcc is in the Debian package gcc): %v\n%s", err, out)
	}
	return file
}

// run runs a program that nobody here wrote.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// runOnce is run once the station's helper process, which ends behind the station, has let go of the token.
func runOnce(t *testing.T, name string, args ...string) string {
	t.Helper()
	for range 100 {
		if out, err := exec.Command(name, args...).Output(); err == nil {
			return string(out)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return run(t, name, args...)
}

// listed: pkcs11-tool finds both keys with their certificates on a token that the counter wrote, and openssl reads those.
func listed(t *testing.T, module, pin string) {
	t.Helper()
	tools(t, map[string]string{"pkcs11-tool": "opensc", "openssl": "openssl"})
	objects := runOnce(t, "pkcs11-tool", "--module", module, "--login", "--pin", pin, "--list-objects")
	for what, n := range map[string]int{"Private Key Object": 2, "Public Key Object": 2, "Certificate Object": 2} {
		if strings.Count(objects, what) != n {
			t.Errorf("%d of %q, want %d:\n%s", strings.Count(objects, what), what, n, objects)
		}
	}
	for _, id := range ids(t, objects) {
		text := run(t, "openssl", "x509", "-inform", "DER", "-in", readObject(t, module, id), "-noout", "-text")
		if !strings.Contains(text, "SM2") || !strings.Contains(text, atDesk.name) && !strings.Contains(text, `\E6\B9\96`) {
			t.Error(text)
		}
	}
}

// ids are the ids of the certificates in pkcs11-tool's list.
func ids(t *testing.T, objects string) (out []string) {
	t.Helper()
	certificate := false
	for line := range strings.Lines(objects) {
		if !strings.HasPrefix(line, " ") {
			certificate = strings.HasPrefix(line, "Certificate Object")
		}
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "ID:"); ok && certificate {
			out = append(out, strings.TrimSpace(id))
		}
	}
	if len(out) == 0 {
		t.Fatalf("no certificate has an id:\n%s", objects)
	}
	return out
}

func readObject(t *testing.T, module, id string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), id+".der")
	run(t, "pkcs11-tool", "--module", module, "--read-object", "--type", "cert", "--id", id, "--output-file", file)
	return file
}

// TestDeskOverSoftHSM types a whole 1001 with a P-256 certificate, and a 2001, over a token that nobody here wrote; then pkcs11-tool signs
// with it and openssl verifies under the certificate that was issued.
func TestDeskOverSoftHSM(t *testing.T) {
	tools(t, map[string]string{"softhsm2-util": "softhsm2", "pkcs11-tool": "opensc", "openssl": "openssl"})
	const module = "/usr/lib/softhsm/libsofthsm2.so"
	work := t.TempDir()
	conf := filepath.Join(work, "softhsm2.conf")
	tokens := filepath.Join(work, "tokens")
	if err := os.Mkdir(tokens, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(conf, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	// As a maker delivers it: with a serial number, and the SO PIN of the profile.
	run(t, "softhsm2-util", "--init-token", "--free", "--label", "FACTORY", "--so-pin", "87654321", "--pin", "11223344")
	maker := filepath.Join(work, "maker.toml")
	if err := os.WriteFile(maker, []byte("name = \"maker\"\ndriver = \"p11\"\nalgorithms = [\"p256\"]\n[pin]\nmin = 6\nmax = 16\n[so_pin]\nscheme = \"derived\"\nfactory = \"87654321\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(work, "hall")
	x := openTerm(t, 80, 24, "", dir, "demo", "--driver", "p11", "--profile", maker, "--module", module)
	signIn(x, "01", "260101")
	x.say("1001")
	x.key("Enter")
	identity(x)
	intakeOf(x, "4")
	payWhole(x)
	approve(x)
	x.sees("插入介质", "几枚")
	chooseNamed(x)
	x.sees("请客户输入")
	setPIN(x, "73519264")
	x.sees("客户已签收")
	x.key("F10")
	x.sees("业务已完成")
	x.key("Enter")
	x.sees("交易码")
	signedOutside(t, module, "73519264")
	x.say("2001")
	x.key("Enter")
	x.sees("请插入客户要解锁的介质", "几枚")
	chooseNamed(x)
	unlockRead(x)
	signedOutside(t, module, "86420975")
}

// signedOutside has pkcs11-tool sign and openssl verify.
func signedOutside(t *testing.T, module, pin string) {
	t.Helper()
	objects := run(t, "pkcs11-tool", "--module", module, "--login", "--pin", pin, "--list-objects")
	id := ids(t, objects)[0]
	work := t.TempDir()
	file := func(name string) string { return filepath.Join(work, name) }
	if err := os.WriteFile(file("message"), []byte("a message"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file("key.pem"), []byte(run(t, "openssl", "x509", "-inform", "DER", "-in", readObject(t, module, id), "-noout", "-pubkey")), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "openssl", "dgst", "-sha256", "-binary", "-out", file("digest"), file("message"))
	run(t, "pkcs11-tool", "--module", module, "--login", "--pin", pin, "--sign", "--mechanism", "ECDSA", "--signature-format", "openssl",
		"--id", id, "--input-file", file("digest"), "--output-file", file("signature"))
	if out := run(t, "openssl", "dgst", "-sha256", "-verify", file("key.pem"), "-signature", file("signature"), file("message")); !strings.Contains(out, "Verified OK") {
		t.Error(out)
	}
}

// chooseNamed chooses, of the two tokens in, the one that has a serial number: SoftHSM2 shows a blank slot beside it, before or behind.
func chooseNamed(x *tmuxTerm) {
	digit := "1"
	for line := range strings.Lines(x.screen()) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "1" && strings.HasPrefix(fields[1], "SLOT-") {
			digit = "2"
		}
	}
	x.say(digit)
	x.sees("▸")
	x.key("Enter")
}
