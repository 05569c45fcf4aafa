package demo_test

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
)

// BenchmarkAuto serves 200 customers in a fresh hall: keys, centre, paper and disk included. Run it with -benchtime 1x.
func BenchmarkAuto(b *testing.B) {
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	const customers = 200
	for b.Loop() {
		h, err := demo.Open(b.Context(), app.Options{Dir: filepath.Join(b.TempDir(), "hall"), Env: app.RealEnv()}, log)
		if err != nil {
			b.Fatal(err)
		}
		auto, err := demo.NewAuto(b.Context(), h.App, demo.People(), 1, customers)
		if err == nil {
			_, err = auto.Run(b.Context())
		}
		if err != nil {
			b.Fatal(err)
		}
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(customers*b.N)/b.Elapsed().Seconds(), "cases/s")
}
