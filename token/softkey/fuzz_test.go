package softkey_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"certdesk/service"
	"certdesk/token/softkey"
	"certdesk/token/softkey/softkeytest"
)

// FuzzDrawer lays any bytes into a drawer as token file and plug file and does to them what a station does: every answer is a
// coded error, a damaged token is not written to under the user PIN, and the token next to it is as ever.
func FuzzDrawer(f *testing.F) {
	r := newRecipe(f)
	token, plug := filepath.Join(trialDir, trialSerial+".ukey"), filepath.Join(trialDir, trialSerial+".plug")
	f.Add(r.files[token], r.files[plug], []byte(userPIN))
	f.Add(r.files[token][:700], []byte("0123456789abcdef"), []byte(wrongPIN))
	f.Fuzz(func(t *testing.T, file, id, pin []byte) {
		if bytes.Contains(file, []byte("memoryKiB")) && !bytes.Contains(file, []byte(`"memoryKiB": 8,`)) {
			return // costly on purpose
		}
		disk := softkeytest.NewForgetful(1)
		d, err := softkey.Open(trialDir, env(), softkey.WithKDF(1, 8, 1), softkey.WithDisk(disk.Life()))
		must(t, err)
		must(t, d.Create("NEXT-1"))
		must(t, d.Insert("NEXT-1"))
		disk.Put(token, append([]byte{}, file...))
		disk.Put(plug, append([]byte{}, id...))
		work(t, d, pin)
		list, err := d.List(context.Background())
		must(t, err)
		if list[0].Serial != "NEXT-1" || list[0].Free < 0 {
			t.Fatalf("the neighbour changed: %+v", list)
		}
	})
}

// work tries everything that a session does.
func work(t *testing.T, d *softkey.Driver, pin []byte) {
	ctx := context.Background()
	s, err := d.Open(ctx, trialSerial)
	if err != nil {
		coded(t, err)
		return
	}
	_, err = s.Info(ctx)
	coded(t, err)
	coded(t, s.Login(ctx, pin))
	list, err := s.Containers(ctx)
	coded(t, err)
	for _, c := range list {
		_, err := s.Sign(ctx, c.Name, []byte("m"))
		coded(t, err)
		_, err = s.Decrypt(ctx, c.Name, []byte("c"))
		coded(t, err)
		coded(t, s.WriteCertificate(ctx, c.Name, service.UsageSign, []byte("c")))
	}
	coded(t, s.Unblock(ctx, pin, pin))
	_, err = s.Initialise(ctx, service.InitSpec{Label: "x", SOPIN: pin, NewSOPIN: pin, UserPIN: pin})
	coded(t, err)
	coded(t, s.Close())
}

func coded(t *testing.T, err error) {
	t.Helper()
	if service.IsCode(err, service.Internal) {
		t.Fatalf("uncoded: %v", err)
	}
}

// FuzzSession gives a token any envelope, ciphertext, container name and label: coded errors, and the encryption key that was
// there stays as it is unless another was imported whole.
func FuzzSession(f *testing.F) {
	r := newRecipe(f)
	f.Add(r.envelope, r.envelope, "box", "label")
	f.Add([]byte{0x30, 0x80}, []byte{}, "", "\x00")
	f.Fuzz(func(t *testing.T, envelope, ciphertext []byte, name, label string) {
		ctx := context.Background()
		tr := r.trial(t, 1, softkeytest.Lost)
		must(t, tr.s.Login(ctx, []byte(userPIN)))
		before, err := tr.s.PublicKey(ctx, "box", service.UsageEncrypt)
		must(t, err)
		imported := tr.s.ImportEncryptionKey(ctx, "box", envelope)
		coded(t, imported)
		if after, err := tr.s.PublicKey(ctx, "box", service.UsageEncrypt); err != nil || imported != nil && !bytes.Equal(before, after) {
			t.Fatalf("the key changed with an error: %v, %v", imported, err)
		}
		_, err = tr.s.Decrypt(ctx, "box", ciphertext)
		coded(t, err)
		_, err = tr.s.GenerateKey(ctx, name, service.AlgSM2)
		coded(t, err)
		coded(t, tr.s.WriteCertificate(ctx, name, service.UsageSign, ciphertext))
		coded(t, tr.s.DeleteContainer(ctx, name))
		_, err = tr.s.Initialise(ctx, trialSpec(label, soPIN, soPIN))
		coded(t, err)
	})
}

// FuzzSerial makes a token of any serial: refused, or one file of that name in the drawer and nowhere else.
func FuzzSerial(f *testing.F) {
	for _, s := range []string{"DEMO-1", "../ABCD", "ABC/DEF", "-ABC", "A\x00BCD", "CON1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, serial string) {
		disk := softkeytest.NewForgetful(1)
		d, err := softkey.Open(trialDir, env(), softkey.WithDisk(disk.Life()))
		must(t, err)
		err = d.Create(serial)
		files := disk.Files()
		switch {
		case service.IsCode(err, service.InputInvalid) && len(files) == 0:
		case err == nil && len(files) == 1 && files[filepath.Join(trialDir, serial+".ukey")] != nil:
			must(t, d.Insert(serial))
			must(t, d.Remove(serial))
		default:
			t.Fatalf("%q: %v, %d files", serial, err, len(files))
		}
	})
}
