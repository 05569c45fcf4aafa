package skftest_test

import (
	"context"
	"fmt"
	"testing"

	"certdesk/service"
	"certdesk/service/sm"
	"certdesk/token/skf/skftest"
	"certdesk/token/softkey"
)

// BenchmarkPersonalise makes a blank token ready to sign, with a certificate, at the real cost of PINs: by the soft driver and by the
// library over it.
func BenchmarkPersonalise(b *testing.B) {
	b.Run("softkey", func(b *testing.B) {
		d := skftest.At(b, b.TempDir(), softkey.WithKDF(3, 12<<10, 1))
		for b.Loop() {
			b.StopTimer()
			serial := d.Blank(b)
			b.StartTimer()
			direct(b, d, serial)
		}
	})
	for _, ulong := range []int{32, 64} {
		b.Run(fmt.Sprint("skf", ulong), func(b *testing.B) {
			d := skftest.New(b)
			b.Setenv("CERTDESK_UKEYS_KDF", "")
			c := load(b, ulong)
			for b.Loop() {
				b.StopTimer()
				serial := d.Blank(b)
				b.StartTimer()
				c.personalise()
				b.StopTimer()
				must(b, d.Remove(serial))
				b.StartTimer()
			}
		})
	}
}

func direct(b *testing.B, d *skftest.Drawer, serial string) {
	ctx := context.Background()
	s, err := d.Open(ctx, serial)
	must(b, err)
	_, err = s.Initialise(ctx, service.InitSpec{Label: "job", SOPIN: d.SOPIN(), NewSOPIN: []byte(adminPIN), UserPIN: []byte(userPIN)})
	must(b, err)
	must(b, s.Login(ctx, []byte(userPIN)))
	spki, err := s.GenerateKey(ctx, "box", service.AlgSM2)
	must(b, err)
	sig, err := s.Sign(ctx, "box", []byte("m"))
	must(b, err)
	must(b, sm.Verify(spki, []byte("m"), sig))
	must(b, s.WriteCertificate(ctx, "box", service.UsageSign, make([]byte, 800)))
	must(b, s.ChangePIN(ctx, []byte(userPIN), []byte("975311")))
	must(b, s.Close())
}

func (c *client) personalise() {
	dev, app := c.made()
	c.want(ok, "SKF_SetLabel", dev, "job")
	box, spki := c.keyed(app, "box")
	digest, err := sm.Digest(spki, []byte("m"))
	must(c, err)
	sig := make([]byte, 128)
	c.want(ok, "SKF_ECCSignData", box, digest, 32, sig)
	must(c, sm.Verify(spki, []byte("m"), signatureDER(sig)))
	c.want(ok, "SKF_ImportCertificate", box, 1, make([]byte, 800), 800)
	c.left(ok, "SKF_ChangePIN", app, 1, userPIN, "975311")
	c.want(ok, "SKF_DisConnectDev", dev)
}
