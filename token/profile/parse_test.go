package profile_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token/profile"
)

// p11 and skf are right in every rule. The other tests break them at one place each, so their lines are counted.
const p11 = `name = "model"
driver = "p11"
label = "ABC"
algorithms = [
	"sm2",
	"p256",
]

[library]
linux = ["a.so"]
"linux/loong64" = ["/opt/b.so", "c.so"]

[pin]
min = 6
max = 16
tries = 10
so_tries = 15
[so_pin]
scheme = "fixed"
factory = "12345678"

[p11]
counters = true
[p11.sm2]
key_type = 0x80000004
generate = 0x80008001
# what follows is the signature
sign = 0x80008104
input = "digest"
signature = "raw"
point = "octets"
decrypt = 1
cipher = "der"
`

const skf = `name = "model"
driver = "skf"
[skf]
application = "CERTDESK"
ulong_bits = 32
packed = false
devinfo_size = 294
handle_bits = 64
auth_key = "00112233445566778899aabbccddeeff"
auth_alg = "sm4"
import_args = 6
prove = "session"
`

func TestParse(t *testing.T) {
	p, err := profile.Parse([]byte(p11))
	if err != nil {
		t.Fatal(err)
	}
	if p.P11.SM2.Sign != 0x80008104 || !p.P11.Counters || p.PIN.SOTries != 15 || p.SOPIN.Factory != "12345678" ||
		len(p.Library["linux/loong64"]) != 2 || p.Algs[1] != service.AlgP256 {
		t.Errorf("%+v", p)
	}
	p, err = profile.Parse([]byte("\ufeff" + strings.ReplaceAll(skf, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if p.SKF.Packed == nil || *p.SKF.Packed || p.SKF.DevInfoSize != 294 || p.SOPIN.Scheme != profile.Derived || p.SKF.ImportArgs != 6 {
		t.Errorf("%+v", p)
	}
}

// Every mistake is told with its line, its key and what would be right.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		base, old, new, key string
		line                int
		rule                string
	}{
		{p11, `name = "model"`, `name = "Model X"`, "name", 1, "not allowed"},
		{p11, `name = "model"`, `name = "model`, "", 1, "syntax"},
		{p11, `name = "model"`, `name = 7`, "name", 1, "wrong type"},
		{p11, `name = "model"`, ``, "name", 1, "not given"},
		{p11, `driver = "p11"`, `driver = "pcsc"`, "driver", 2, "not allowed"},
		{p11, `label = "ABC"`, `lable = "ABC"`, "lable", 3, "unknown key"},
		{p11, `label = "ABC"`, `label = "A\u0007C"`, "label", 3, "not allowed"},
		{p11, `"p256",`, `"p257",`, "algorithms", 4, "not allowed"},
		{p11, `"p256",`, `"sm2",`, "algorithms", 4, "not allowed"},
		{p11, `"p256",`, `2,`, "algorithms", 4, "wrong type"},
		{p11, `linux = ["a.so"]`, `amiga = ["a.so"]`, "library.amiga", 10, "not allowed"},
		{p11, `linux = ["a.so"]`, `"linux.x" = ["a.so"]`, "library.linux.x", 10, "not allowed"},
		{p11, `linux = ["a.so"]`, `linux = []`, "library.linux", 10, "not allowed"},
		{p11, `linux = ["a.so"]`, `linux = "a.so"`, "library.linux", 10, "wrong type"},
		{p11, `min = 6`, `min = 0`, "pin.min", 14, "not allowed"},
		{p11, `min = 6`, `min = 99999999999`, "pin.min", 14, "not allowed"},
		{p11, `min = 6`, `min = 6.5`, "pin.min", 14, "wrong type"},
		{p11, `max = 16`, `max = 5`, "pin.max", 15, "not allowed"},
		{p11, `tries = 10`, `tries = 16`, "pin.tries", 16, "not allowed"},
		{p11, `so_tries = 15`, `so_tries = 0`, "pin.so_tries", 17, "not allowed"},
		{p11, `scheme = "fixed"`, `scheme = "guessed"`, "so_pin.scheme", 19, "not allowed"},
		{p11, `factory = "12345678"`, `factory = "密码"`, "so_pin.factory", 20, "not allowed"},
		{p11, `factory = "12345678"`, `factory = ""`, "so_pin.factory", 20, "not given"},
		{p11, `[p11]`, "[skf]\npacked = true\n[p11]", "skf", 22, "section of the other driver"},
		{p11, `counters = true`, `counters = "yes"`, "p11.counters", 23, "wrong type"},
		{p11, `key_type = 0x80000004`, `key_type = 0x180000004`, "p11.sm2.key_type", 25, "not allowed"},
		{p11, `sign = 0x80008104`, `sign = 0`, "p11.sm2.sign", 28, "not allowed"},
		{p11, `sign = 0x80008104`, ``, "p11.sm2.sign", 24, "not given"},
		{p11, `input = "digest"`, `input = "hash"`, "p11.sm2.input", 29, "not allowed"},
		{p11, `signature = "raw"`, `signature = "asn1"`, "p11.sm2.signature", 30, "not allowed"},
		{p11, `point = "octets"`, `point = "bits"`, "p11.sm2.point", 31, "not allowed"},
		{p11, `cipher = "der"`, `cipher = "c1c2c3"`, "p11.sm2.cipher", 33, "not allowed"},
		{p11, `cipher = "der"`, ``, "p11.sm2.cipher", 24, "not given"},
		{skf, `application = "CERTDESK"`, `application = ""`, "skf.application", 4, "not allowed"},
		{skf, `ulong_bits = 32`, `ulong_bits = 16`, "skf.ulong_bits", 5, "not allowed"},
		{skf, `packed = false`, `packed = 0`, "skf.packed", 6, "wrong type"},
		{skf, `devinfo_size = 294`, `devinfo_size = 29`, "skf.devinfo_size", 7, "not allowed"},
		{skf, `handle_bits = 64`, `handle_bits = 33`, "skf.handle_bits", 8, "not allowed"},
		{skf, `auth_key = "0011`, `auth_key = "x011`, "skf.auth_key", 9, "not allowed"},
		{skf, `auth_alg = "sm4"`, `auth_alg = "des"`, "skf.auth_alg", 10, "not allowed"},
		{skf, `auth_alg = "sm4"`, ``, "skf.auth_alg", 3, "not given"},
		{skf, `import_args = 6`, `import_args = 3`, "skf.import_args", 11, "not allowed"},
		{skf, `prove = "session"`, `prove = "hope"`, "skf.prove", 12, "not allowed"},
		{skf, `[skf]`, "[p11]\n[skf]", "p11", 3, "section of the other driver"},
	} {
		text := strings.Replace(c.base, c.old, c.new, 1)
		_, err := profile.Parse([]byte(text))
		args := service.ArgsOf(err)
		if !service.IsCode(err, service.ProfileBad) || args["key"] != c.key || args["line"] != strconv.Itoa(c.line) || args["rule"] != c.rule {
			t.Errorf("%q: %v, want line %d, %s %s", c.new, err, c.line, c.rule, c.key)
		}
		if c.rule != "syntax" && c.rule != "section of the other driver" && args["allowed"] == "" {
			t.Errorf("%q: nothing said of what is allowed", c.new)
		}
	}
}

// A factory PIN that breaks a rule may be a real one in the wrong place: no error repeats it, nor a device key.
func TestSecretsAreNotRepeated(t *testing.T) {
	for _, text := range []string{strings.Replace(p11, "12345678", "geheim密", 1), strings.Replace(skf, "0011", "geheim", 1)} {
		if _, err := profile.Parse([]byte(text)); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%v", err)
		}
	}
}

func TestCheckTellsAll(t *testing.T) {
	errs := profile.Check([]byte("driver = \"x\"\ncolour = 1\n[pin]\ntries = 99\n"))
	var got []string
	for _, err := range errs {
		got = append(got, service.ArgsOf(err)["line"]+" "+service.ArgsOf(err)["key"])
	}
	if want := "1 name|1 driver|2 colour|4 pin.tries"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if _, err := profile.Load(filepath.Join(dir, "none.toml")); !service.IsCode(err, service.NotFound) {
		t.Error(err)
	}
	if _, err := profile.Load(dir); !service.IsCode(err, service.ProfileBad) {
		t.Error(err)
	}
	path := filepath.Join(dir, "p.toml")
	if err := os.WriteFile(path, []byte(skf), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := profile.Load(path); err != nil || p.Driver != profile.SKF {
		t.Error(p, err)
	}
	if _, err := profile.Parse([]byte(strings.Repeat("#\n", 2000))); service.ArgsOf(err)["rule"] != "file too large" {
		t.Error(err)
	}
}

// A file of mistakes is told in time: whoever picked the wrong file waits for the answer.
func TestManyMistakes(t *testing.T) {
	var text strings.Builder
	for i := range 150 {
		text.WriteString("unknown" + strconv.Itoa(i) + " = 1\n")
	}
	begin := time.Now()
	errs := profile.Check([]byte(text.String()))
	if took := time.Since(begin); took > 20*time.Second || len(errs) != 152 {
		t.Errorf("%d errors after %v", len(errs), took)
	}
	if got := service.ArgsOf(errs[151])["line"]; got != "150" {
		t.Errorf("the last mistake in line %s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(p11)
	f.Add(skf)
	f.Add("library = { linux = [\"\"\"a\nb\"\"\"] }\n\"skf\".prove = 'x'\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := profile.Parse([]byte(text))
		errs := profile.Check([]byte(text))
		if (err == nil) != (len(errs) == 0) || err != nil && p.Name != "" {
			t.Fatalf("Parse %v, Check %v", err, errs)
		}
		for _, err := range errs {
			line, bad := strconv.Atoi(service.ArgsOf(err)["line"])
			if bad != nil || line < 1 || line > 1+strings.Count(text, "\n") || service.ArgsOf(err)["reason"] == "" {
				t.Fatalf("a file of %d lines: %v", strings.Count(text, "\n"), err)
			}
		}
	})
}
