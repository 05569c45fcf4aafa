package profile_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/token/profile"
	"certdesk/token/softkey"
)

func TestBuiltin(t *testing.T) {
	names := profile.Builtin()
	for _, want := range []string{"certdesk-soft", "certdesk-soft-skf", "p11", "skf", "softhsm2", "swpkcs11", "westone"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing among %v", want, names)
		}
	}
	for _, name := range names {
		p, err := profile.Named(name)
		if err != nil || p.Name != name {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
	if _, err := profile.Named("../parse"); !service.IsCode(err, service.NotFound) {
		t.Error(err)
	}
}

// The profiles of this program's own libraries say what those are.
func TestOwn(t *testing.T) {
	p11, err := profile.Named("certdesk-soft")
	if err != nil {
		t.Fatal(err)
	}
	skf, err := profile.Named("certdesk-soft-skf")
	if err != nil {
		t.Fatal(err)
	}
	want := profile.SM2{KeyType: 0x80000004, Generate: 0x80008001, Sign: 0x80008104, Input: "digest", Signature: "raw", Point: "octets",
		Decrypt: 0x80008201, Cipher: "der", Unwrap: 0x80008301}
	if *p11.P11.SM2 != want || p11.SOPIN.Factory != softkey.FactorySOPIN || skf.SOPIN.Factory != softkey.FactorySOPIN ||
		skf.SKF.Application != "CERTDESK" {
		t.Errorf("%+v %+v", p11, skf)
	}
}

// A set of numbers that nobody tried says so in its file.
func TestDraftsSaySo(t *testing.T) {
	ours := []string{"certdesk-soft", "certdesk-soft-skf", "p11", "skf", "softhsm2"}
	for _, name := range profile.Builtin() {
		text, err := profile.Source(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "UNTESTED ON HARDWARE") == slices.Contains(ours, name) {
			t.Errorf("%s: tried %v", name, slices.Contains(ours, name))
		}
	}
}

// The documents name every key and every built-in profile.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/token-profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys("", reflect.TypeFor[profile.Profile]()) {
		if !strings.Contains(string(text), "`"+key+"`") {
			t.Errorf("docs/token-profiles.md does not explain %s", key)
		}
	}
	for _, name := range profile.Builtin() {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/token-profiles.md does not name profile %s", name)
		}
	}
}

func keys(path string, t reflect.Type) (list []string) {
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return []string{strings.TrimSuffix(path, ".")}
	}
	for i := range t.NumField() {
		list = append(list, keys(path+t.Field(i).Tag.Get("toml")+".", t.Field(i).Type)...)
	}
	return list
}

func TestFindLibrary(t *testing.T) {
	p := profile.Profile{Library: map[string][]string{"linux/loong64": {"/opt/loong.so"}, "linux": {"x.so", "rel/y.so"},
		"windows": {"x.dll", `C:\Maker\x.dll`, `\maker\x.dll`, `D:x.dll`}}}
	for _, c := range []struct {
		goos, goarch, there, want string
		tried                     int
	}{
		{"linux", "loong64", "/opt/loong.so", "/opt/loong.so", 1},
		{"linux", "loong64", "/usr/lib/loongarch64-linux-gnu/x.so", "/usr/lib/loongarch64-linux-gnu/x.so", 3},
		{"linux", "amd64", "/usr/lib64/x.so", "/usr/lib64/x.so", 4},
		{"linux", "amd64", "rel/y.so", "", 7}, // a path that depends on the working folder is never loaded
		{"windows", "amd64", `C:\Maker\x.dll`, `C:\Maker\x.dll`, 2},
		{"windows", "amd64", "", "", 2},
		{"darwin", "arm64", "", "", 0},
	} {
		path, tried := p.FindLibrary(c.goos, c.goarch, func(f string) bool { return f == c.there })
		if path != c.want || len(tried) != c.tried {
			t.Errorf("%s/%s: %q after %q, want %q after %d", c.goos, c.goarch, path, tried, c.want, c.tried)
		}
	}
}
