package host_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/token"
)

// BenchmarkAdded does each act on a softkey drawer in turn directly and through a child, and reports what the child adds. The median
// of each counts: both share the machine with whatever else it does.
func BenchmarkAdded(b *testing.B) {
	direct, dir := drawerWith(b, lax(), serial, "HOST-0002") // without syncs, whose time varies by more than what is measured
	d := start(b, config(b, "lax", dir, ""))
	far, near := opened(b, d, serial), opened(b, token.Owned(direct), "HOST-0002")
	ctx, pin := context.Background(), []byte(userPIN)
	acts := []struct {
		name string
		do   func(service.TokenSession) error
	}{
		{"Info", func(s service.TokenSession) error { _, err := s.Info(ctx); return err }},
		{"PublicKey", func(s service.TokenSession) error { _, err := s.PublicKey(ctx, "box", service.UsageSign); return err }},
		{"Sign", func(s service.TokenSession) error {
			_, err := s.Sign(ctx, "box", bytes.Repeat([]byte("m"), 512))
			return err
		}},
		{"Login", func(s service.TokenSession) error { return s.Login(ctx, pin) }},
		{"ReadCertificate", func(s service.TokenSession) error {
			_, err := s.ReadCertificate(ctx, "box", service.UsageSign)
			return err
		}},
	}
	for _, act := range acts {
		b.Run(act.name, func(b *testing.B) {
			var away, here []time.Duration
			for b.Loop() {
				away = append(away, lasts(b, func() error { return act.do(far) }))
				here = append(here, lasts(b, func() error { return act.do(near) }))
			}
			added := median(away) - median(here)
			b.ReportMetric(float64(added)/float64(time.Millisecond), "added-ms")
			b.ReportMetric(float64(median(here))/float64(time.Millisecond), "direct-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func lasts(b *testing.B, act func() error) time.Duration {
	b.Helper()
	from := time.Now()
	err := act()
	took := time.Since(from)
	must(b, err)
	return took
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
