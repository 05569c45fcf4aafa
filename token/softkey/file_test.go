package softkey_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"certdesk/service"
	"certdesk/token/softkey"
)

// edit changes the token file as somebody with an editor would.
func (r *rig) edit(change func(file map[string]any)) {
	r.Helper()
	var file map[string]any
	must(r, json.Unmarshal(r.file(), &file))
	change(file)
	data, err := json.Marshal(file)
	must(r, err)
	r.write(data)
}

func (r *rig) write(data []byte) {
	r.Helper()
	must(r, os.WriteFile(filepath.Join(r.dir, r.serial+".ukey"), data, 0o600))
}

func firstBox(file map[string]any) map[string]any {
	return file["boxes"].([]any)[0].(map[string]any)
}

// TestEditIsFound edits what reads without a PIN: every PIN that opens the token then says TokenDamaged, and costs no try.
func TestEditIsFound(t *testing.T) {
	edits := map[string]func(map[string]any){
		"label":       func(f map[string]any) { f["label"] = "another" },
		"certificate": func(f map[string]any) { firstBox(f)["signCert"] = []byte("forged") },
		"public key":  func(f map[string]any) { firstBox(f)["signPub"] = []byte("forged") },
		"sealed key":  func(f map[string]any) { firstBox(f)["signKey"] = []byte("forged") },
		"name":        func(f map[string]any) { firstBox(f)["name"] = "box2" },
		"algorithm":   func(f map[string]any) { firstBox(f)["alg"] = "p256" },
		"no boxes":    func(f map[string]any) { delete(f, "boxes") },
		"default":     func(f map[string]any) { f["user"].(map[string]any)["default"] = true },
		"more tries":  func(f map[string]any) { f["user"].(map[string]any)["max"] = 99 },
	}
	for name, change := range edits {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			ctx := context.Background()
			r.edit(change)
			_, err := r.s.Sign(ctx, "box", []byte("m"))
			r.wants(err, service.TokenDamaged)
			r.reopen()
			r.wants(r.s.Login(ctx, []byte(userPIN)), service.TokenDamaged)
			r.wants(r.s.ChangePIN(ctx, []byte(userPIN), []byte("975311")), service.TokenDamaged)
			r.wants(r.s.Unblock(ctx, []byte(soPIN), []byte("975311")), service.TokenDamaged)
			if info := r.info(); info.User.Left != 10 || info.SO.Left != 10 {
				t.Fatalf("tries lost: %+v", info)
			}
			must(t, r.writes()["Initialise"]())
			must(t, r.s.Login(ctx, []byte(userPIN)))
		})
	}
}

// TestUnreadableFile is a file that makes no sense: still listed by serial, not opened, and the other tokens are as ever.
func TestUnreadableFile(t *testing.T) {
	r := newRig(t)
	good := r.file()
	must(t, r.d.Create("OTHER-01"))
	must(t, r.d.Insert("OTHER-01"))
	must(t, r.s.Close())
	bad := map[string][]byte{"empty": nil, "garbage": []byte("\x00\xff"), "cut": good[:len(good)/2], "tail": append(bytes.Clone(good), '{'),
		"other serial": bytes.Replace(good, []byte("RIG-0001"), []byte("RIG-0002"), 1),
		"memory bomb":  bytes.Replace(good, []byte(`"memoryKiB": 8`), []byte(`"memoryKiB": 4000000000`), 1),
		"long":         bytes.Repeat([]byte(" "), 2<<20)}
	for name, data := range bad {
		r.write(data)
		_, err := r.d.Open(context.Background(), r.serial)
		if !service.IsCode(err, service.TokenDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		list, err := r.d.List(context.Background())
		if err != nil || len(list) != 2 || list[1].Serial != r.serial || list[1].Free != -1 {
			t.Errorf("%s: list %+v, %v", name, list, err)
		}
	}
	r.write(good)
	s, err := r.d.Open(context.Background(), r.serial)
	must(t, err)
	must(t, s.Login(context.Background(), []byte(userPIN)))
}

// TestLeftoverOfACrash is a temporary file from a write that never ended.
func TestLeftoverOfACrash(t *testing.T) {
	r := newRig(t)
	must(t, os.WriteFile(filepath.Join(r.dir, r.serial+".ukey.tmp"), bytes.Repeat([]byte("x"), 99_999), 0o600))
	must(t, r.s.Login(context.Background(), []byte(userPIN)))
	must(t, r.writes()["WriteCertificate"]())
	if _, err := os.Stat(filepath.Join(r.dir, r.serial+".ukey.tmp")); !os.IsNotExist(err) {
		t.Fatalf("leftover: %v", err)
	}
	serials, err := r.d.Serials()
	if err != nil || len(serials) != 1 {
		t.Fatalf("serials %v, %v", serials, err)
	}
}

// TestFileHoldsNoSecret looks for the PINs in the file and for the marks of a clear PKCS #8 SM2 key.
func TestFileHoldsNoSecret(t *testing.T) {
	r := newRig(t)
	var file struct {
		Boxes []struct{ SignKey []byte }
	}
	must(t, json.Unmarshal(r.file(), &file))
	oid := []byte{0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D}
	if len(file.Boxes) != 1 || bytes.Contains(file.Boxes[0].SignKey, oid) {
		t.Fatal("the private key is not sealed")
	}
	for _, secret := range []string{userPIN, soPIN} {
		if bytes.Contains(r.file(), []byte(secret)) {
			t.Fatalf("the file holds %s", secret)
		}
	}
	stat, err := os.Stat(filepath.Join(r.dir, r.serial+".ukey"))
	if err != nil || stat.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", stat.Mode(), err)
	}
}

// TestFactoryUserPINIsDefault sets the PIN that everybody knows.
func TestFactoryUserPINIsDefault(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	must(t, r.s.ChangePIN(ctx, []byte(userPIN), []byte(softkey.FactoryUserPIN)))
	if !r.info().User.Default {
		t.Fatal("12345678 is not reported as default")
	}
	must(t, r.s.ChangePIN(ctx, []byte(softkey.FactoryUserPIN), []byte(userPIN)))
	if r.info().User.Default {
		t.Fatal("still reported as default")
	}
}
