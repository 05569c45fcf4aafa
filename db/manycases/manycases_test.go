package manycases_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"certdesk/db/manycases"
	"certdesk/service"
	"certdesk/service/flow/flowtest"
)

// aged is a counter that served one organisation, one person and then many more.
func aged(t *testing.T, n int) *flowtest.Hall {
	t.Helper()
	h := flowtest.New(t)
	for _, c := range []*flowtest.Customer{flowtest.Org(1), flowtest.Person(2)} {
		h.Lay(c.Token)
		h.Begin(service.KindIssue, c).To("closed")
	}
	h.Must(manycases.Fill(context.Background(), manycases.Spec{
		Store: h.Station, Dir: h.Dir, Master: bytes.Repeat([]byte{7}, 32), Rand: h.Env.Rand, Now: h.Env.Now(), Cases: n,
	}))
	return h
}

// What was filled in is read like what was served, and the station goes on working on top of it.
func TestFill(t *testing.T) {
	const n = 400
	h := aged(t, n)
	home, err := h.Engine.Home(context.Background(), flowtest.Clerk)
	h.Must(err)
	if home.Cases != manycases.PerDay+2 || home.Taken == 0 || home.Unsent == 0 {
		t.Errorf("home: %+v", home)
	}
	rows, err := h.Engine.Find(context.Background(), flowtest.Clerk, service.CaseQuery{Limit: 10 * n})
	h.Must(err)
	if len(rows) != n+2 {
		t.Fatalf("%d cases", len(rows))
	}
	for _, r := range []service.CaseSummary{rows[5], rows[n/2], rows[n-1]} {
		whole(t, h, r)
	}
	c := flowtest.Org(9)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
}

func whole(t *testing.T, h *flowtest.Hall, r service.CaseSummary) {
	t.Helper()
	d, err := h.Engine.Detail(context.Background(), flowtest.Clerk, r.No)
	h.Must(err)
	if d.Case.Status != service.Completed || len(d.Certificates) != 2 || len(d.Payments) == 0 || len(d.Papers) == 0 || len(d.History) == 0 || d.Customer.Name != r.Customer {
		t.Errorf("%s: %+v", r.No, d)
	}
	for _, text := range []string{d.Customer.Name, d.Customer.Number, d.Case.Token, d.Case.Receipt, d.Case.No} {
		found, err := h.Engine.Find(context.Background(), flowtest.Clerk, service.CaseQuery{Text: text})
		h.Must(err)
		if len(found) == 0 {
			t.Errorf("%q finds nothing", text)
		}
	}
}

// BenchmarkFill is what ageing by 100,000 cases takes.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		start := time.Now()
		h := flowtest.New(b)
		c := flowtest.Org(1)
		h.Lay(c.Token)
		h.Begin(service.KindIssue, c).To("closed")
		h.Must(manycases.Fill(context.Background(), manycases.Spec{
			Store: h.Station, Dir: h.Dir, Master: bytes.Repeat([]byte{7}, 32), Rand: h.Env.Rand, Now: h.Env.Now(), Cases: 100_000,
		}))
		b.ReportMetric(time.Since(start).Seconds(), "s")
	}
}
