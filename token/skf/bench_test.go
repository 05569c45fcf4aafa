package skf_test

import (
	"slices"
	"testing"
	"time"

	"certdesk/token/skf/skftest"
	"certdesk/token/softkey"
)

// BenchmarkRatioPersonalise is a whole job over the library and the same on the soft token itself, turn by turn in one run: "ratio" is
// the medians' quotient. real derives PINs at softkey's own cost, light at next to none, where only the way through the library is left.
func BenchmarkRatioPersonalise(b *testing.B) {
	for name, kdf := range map[string]softkey.Option{"real": softkey.WithKDF(3, 12<<10, 1), "light": softkey.WithKDF(1, 64, 1)} {
		b.Run(name, func(b *testing.B) {
			drawer := skftest.New(b, kdf)
			b.Setenv("CERTDESK_UKEYS_KDF", map[string]string{"light": "light"}[name])
			d := open(b, skftest.Library(b, 64), soft())
			near := skftest.At(b, b.TempDir(), kdf)
			var took [2][]float64
			for b.Loop() {
				for i, job := range []func() error{
					func() error { return personalise(b.Context(), d, drawer.Blank(b)) },
					func() error { return personalise(b.Context(), near.Driver, near.Blank(b)) },
				} {
					from := time.Now()
					must(b, job())
					took[i] = append(took[i], float64(time.Since(from).Microseconds())/1e3)
				}
				for _, serial := range inserted(b, drawer) {
					must(b, drawer.Remove(serial))
				}
			}
			through, direct := middle(took[0]), middle(took[1])
			b.ReportMetric(through, "skf-ms")
			b.ReportMetric(direct, "softkey-ms")
			b.ReportMetric(through/direct, "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func inserted(b *testing.B, d *skftest.Drawer) (serials []string) {
	b.Helper()
	list, err := d.List(b.Context())
	must(b, err)
	for _, info := range list {
		serials = append(serials, info.Serial)
	}
	return serials
}

func middle(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
