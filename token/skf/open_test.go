package skf_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"certdesk/service"
	"certdesk/token/profile"
	"certdesk/token/skf"
	"certdesk/token/skf/skftest"
	"certdesk/token/softkey"
)

// TestLibraryErrors: each reason why a library cannot be used has a word of its own.
func TestLibraryErrors(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, content, 0o700))
		return path
	}
	real, err := os.ReadFile(skftest.Library(t, 32))
	must(t, err)
	other := append([]byte(nil), real...)
	other[18], other[19] = 0x02, 0x01 // e_machine: LoongArch
	for path, want := range map[string][2]string{
		filepath.Join(dir, "none.so"):   {"no-file", ""},
		"libno-such-library-at-all.so":  {"no-file", ""},
		file("text.so", []byte("text")): {"format", ""},
		file("empty.so", nil):           {"format", ""},
		file("other.so", other):         {"architecture", "linux/loong64"},
		file("cut.so", real[:4096]):     {"format", ""},
		file("short.so", real[:60]):     {"format", ""},
		"libm.so.6":                     {"symbols", ""},
	} {
		_, err := skf.Open(skf.Config{Module: path, Env: env()})
		args := service.ArgsOf(err)
		if !service.IsCode(err, service.TokenLibrary) || args["file"] != path || args["reason"] != want[0] {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
		if want[1] != "" && args["detail"] != want[1] {
			t.Errorf("%s: detail %q", filepath.Base(path), args["detail"])
		}
	}
}

// TestNeedsAnother: a library whose own libraries are not there.
func TestNeedsAnother(t *testing.T) {
	dir := t.TempDir()
	compile := func(args ...string) {
		cmd := exec.CommandContext(t.Context(), "gcc", append([]string{"-shared"}, args...)...)
		cmd.Dir = dir
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("gcc (package gcc): %v\n%s", err, said)
		}
	}
	must(t, os.WriteFile(filepath.Join(dir, "a.c"), []byte("int a(void) { return 1; }"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "b.c"), []byte("int a(void); int b(void) { return a(); }"), 0o600))
	compile("-fPIC", "-o", "libcertdeskgone.so", "a.c")
	compile("-fPIC", "-o", "needs.so", "b.c", "-L.", "-lcertdeskgone")
	must(t, os.Remove(filepath.Join(dir, "libcertdeskgone.so")))
	_, err := skf.Open(skf.Config{Module: filepath.Join(dir, "needs.so"), Env: env()})
	if !service.IsCode(err, service.TokenLibrary) || service.ArgsOf(err)["reason"] != "load" {
		t.Fatal(err)
	}
}

// TestDoubleDialects: the library's answers give its dialect away, before a token is in and after.
func TestDoubleDialects(t *testing.T) {
	for bits, size := range map[int]int{32: 294, 64: 328} {
		drawer := skftest.New(t)
		d := open(t, skftest.Library(t, bits), soft())
		if got := d.Dialect(); got.UlongBits != bits || got.HandleBits != 0 || got.Packed != nil {
			t.Errorf("%d before: %+v", bits, got)
		}
		drawer.Blank(t)
		_, err := d.List(t.Context())
		must(t, err)
		got := d.Dialect()
		if got.UlongBits != bits || got.HandleBits != 64 || got.DevInfoSize != size || *got.Packed != (bits == 32) || got.IssuerSize != 64 {
			t.Errorf("%d: %+v, packed %v", bits, got, *got.Packed)
		}
		if have, lack := d.Functions(); len(have) < 35 || len(lack) != 0 {
			t.Errorf("%d functions, without %v", len(have), lack)
		}
	}
}

func spec() service.InitSpec {
	return service.InitSpec{Label: "0123456789abcdef0123456789abcdef", SOPIN: []byte(softkey.FactorySOPIN),
		NewSOPIN: []byte("13579246"), UserPIN: []byte("24681357")}
}

// TestDeviceKey: a device that wants its key proved takes nothing without.
func TestDeviceKey(t *testing.T) {
	drawer := skftest.New(t)
	t.Setenv("CERTDESK_SKF_DEVAUTH", "1")
	serial := drawer.Blank(t)
	module := skftest.Library(t, 32)
	for key, code := range map[string]service.Code{"": service.TokenUnsupported, "zz": service.InputInvalid,
		"00000000000000000000000000000000": service.TokenFailed} {
		p := soft()
		p.SKF = profile.GMT0016{AuthKey: key}
		wantInit(t, open(t, module, p), serial, code)
	}
	p := soft()
	p.SKF = profile.GMT0016{AuthKey: "31323334353637383132333435363738", AuthAlg: "sm1"}
	wantInit(t, open(t, module, p), serial, service.TokenUnsupported)
	p.SKF.AuthAlg = "sm4"
	wantInit(t, open(t, module, p), serial, "")
}

func wantInit(t *testing.T, d *skf.Driver, serial string, code service.Code) {
	t.Helper()
	s, err := d.Open(t.Context(), serial)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	if _, err := s.Initialise(t.Context(), spec()); service.CodeOf(err) != code {
		t.Fatalf("got %v, want %q", err, code)
	}
}

// TestShortLabels: a device that holds labels to the standard's 31 bytes carries a job's all the same.
func TestShortLabels(t *testing.T) {
	drawer := skftest.New(t)
	t.Setenv("CERTDESK_SKF_LABEL", "31")
	serial := drawer.Blank(t)
	d := open(t, skftest.Library(t, 64), soft())
	wantInit(t, d, serial, "")
	list, err := d.List(t.Context())
	must(t, err)
	if len(list) != 1 || list[0].Label != spec().Label {
		t.Fatalf("%+v", list)
	}
}

// TestApplicationName: the profile's application is the one that is made, and another's content is seen and guarded by its PIN.
func TestApplicationName(t *testing.T) {
	drawer := skftest.New(t)
	serial := drawer.Blank(t)
	module := skftest.Library(t, 32)
	p := soft()
	p.SKF.Application = "别的应用"
	wantInit(t, open(t, module, p), serial, "")
	d := open(t, module, soft())
	s, err := d.Open(t.Context(), serial)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	info, err := s.Info(t.Context())
	if err != nil || !info.Initialised {
		t.Fatalf("%+v, %v", info, err)
	}
	again := spec()
	if _, err := s.Initialise(t.Context(), again); !service.IsCode(err, service.SOPINWrong) {
		t.Fatalf("the factory's SO PIN on another's application: %v", err)
	}
	again.SOPIN = spec().NewSOPIN
	_, err = s.Initialise(t.Context(), again)
	must(t, err)
}
