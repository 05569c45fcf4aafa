package softkey

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"certdesk/service"
)

// sample is an honest token file with a container.
func sample(t testing.TB) []byte {
	t.Helper()
	d, err := Open(t.TempDir(), service.Env{Rand: rand.Reader}, WithKDF(1, 8, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Create("FUZZ-1"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(d.dir, "FUZZ-1.ukey"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseRoundTrip(t *testing.T) {
	data := sample(t)
	img, err := parse(data)
	if err != nil {
		t.Fatal(err)
	}
	img.Label, img.User = "job", img.SO
	img.Boxes = []box{{Name: "a", Alg: service.AlgSM2, SignPub: []byte{1}, SignKey: []byte{2}}}
	first, err := img.encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := parse(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.encode()
	if err != nil || !bytes.Equal(first, second) {
		t.Fatalf("%v\n%s\n%s", err, first, second)
	}
}

func TestParseRefuses(t *testing.T) {
	cases := map[string]func(*image){
		"format":             func(i *image) { i.Format = 2 },
		"serial":             func(i *image) { i.Serial = "../x" },
		"mac":                func(i *image) { i.MAC = i.MAC[1:] },
		"label without PIN":  func(i *image) { i.User = nil },
		"PIN without label":  func(i *image) { i.Label = "" },
		"Chinese label":      func(i *image) { i.Label = "标签" },
		"no SO":              func(i *image) { i.SO = nil },
		"tries below zero":   func(i *image) { i.User.Left = -1 },
		"tries above max":    func(i *image) { i.User.Left = i.User.Max + 1 },
		"no tries at all":    func(i *image) { i.SO.Max, i.SO.Left = 0, 0 },
		"salt":               func(i *image) { i.SO.Salt = nil },
		"sealed":             func(i *image) { i.SO.Sealed = nil },
		"KDF passes":         func(i *image) { i.KDF.Passes = 17 },
		"KDF lanes":          func(i *image) { i.KDF.Lanes = 0 },
		"containers order":   func(i *image) { i.Boxes[0], i.Boxes[1] = i.Boxes[1], i.Boxes[0] },
		"containers twice":   func(i *image) { i.Boxes[1] = i.Boxes[0] },
		"no signing key":     func(i *image) { i.Boxes[0].SignKey = nil },
		"half an encryption": func(i *image) { i.Boxes[0].EncPub = []byte{1} },
		"boxes on a blank":   func(i *image) { i.User, i.Label = nil, "" },
	}
	for name, spoil := range cases {
		img, err := parse(sample(t))
		if err != nil {
			t.Fatal(err)
		}
		user := *img.SO
		img.Label, img.User = "job", &user
		for _, n := range []string{"a", "b"} {
			img.Boxes = append(img.Boxes, box{Name: n, Alg: service.AlgSM2, SignPub: []byte{1}, SignKey: []byte{2}})
		}
		spoil(img)
		data, err := img.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parse(data); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// FuzzParse checks that no file makes the parser panic, and that what it accepts is stable and harmless to report on.
func FuzzParse(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte(`{"format":1,"serial":"ABCD","kdf":{"passes":1,"memoryKiB":8,"lanes":1},"so":null,"mac":""}`))
	f.Add([]byte(`{"boxes":[{"name":"a"},{"name":"a"}]}`))
	d := &Driver{opt: defaults()}
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := parse(data)
		if err != nil {
			return
		}
		if info := d.info(img.Serial, img); info.Free < 0 || info.Free > info.Total {
			t.Fatalf("free %d", info.Free)
		}
		first, err := img.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := parse(first)
		if err != nil {
			t.Fatalf("does not read its own writing: %v", err)
		}
		if second, err := again.encode(); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("unstable: %v", err)
		}
		if again.authentic(make([]byte, masterSize)) {
			t.Fatal("authentic under a zero key")
		}
	})
}
