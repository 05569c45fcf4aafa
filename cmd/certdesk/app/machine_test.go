package app_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
)

// set puts the station's clock, and that of its line, wrong by ahead.
func set(t *testing.T, h *demo.Hall, ahead time.Duration) {
	t.Helper()
	h.App.Env.Now = func() time.Time { return time.Now().Add(ahead) }
	if _, err := h.App.UseAddress(t.Context(), h.App.Address); err != nil {
		t.Fatal(err)
	}
}

// TestClockAgainstCentre: what the centre's answers say of the station's clock, in both directions, and that it is right again.
func TestClockAgainstCentre(t *testing.T) {
	h := hall(t)
	for _, c := range []struct {
		ahead time.Duration
		want  service.Code
		says  string
	}{{0, "", ""}, {20 * time.Minute, service.CAClock, "fast"}, {-20 * time.Minute, service.CAClock, "slow"}, {time.Minute, "", ""}} {
		set(t, h, c.ahead)
		_ = h.App.Pull(t.Context()) // with a clock far off the list of revocations is not believed, but the answer has told its time
		err := h.App.Clock(t.Context())
		if service.CodeOf(err) != c.want || service.ArgsOf(err)["reason"] != c.says {
			t.Errorf("%s ahead: %v", c.ahead, err)
		}
	}
}

// TestClockIsAudited: the chain says from when to when the clock was wrong, once each.
func TestClockIsAudited(t *testing.T) {
	h := hall(t)
	set(t, h, 20*time.Minute)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.App.Run(ctx) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(acts(t, h.App), "ca.clock 20fast"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("nothing in %s", acts(t, h.App))
		}
	}
}

// acts lists the acts about the station with their details.
func acts(t *testing.T, a *app.App) string {
	t.Helper()
	var out []string
	err := a.Store.Read(t.Context(), func(v service.View) error {
		rows, err := v.Audit.Of("station")
		for _, r := range rows {
			out = append(out, r.Act+" "+r.Detail)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// TestClockBeforeLastAct: with no line, the last act tells.
func TestClockBeforeLastAct(t *testing.T) {
	o := app.Options{Dir: filepath.Join(t.TempDir(), "station"), Env: app.RealEnv(), Create: true}
	for _, c := range []struct {
		ahead time.Duration
		want  service.Code
	}{{0, ""}, {-time.Hour, service.ClockBack}, {-time.Minute, ""}, {365 * 24 * time.Hour, ""}} {
		o.Env.Now = func() time.Time { return time.Now().Add(c.ahead) }
		a, err := app.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Clock(t.Context()); service.CodeOf(err) != c.want {
			t.Errorf("%s ahead: %v", c.ahead, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestDemoAndCounterStayApart: neither becomes the other, whoever opens the folder.
func TestDemoAndCounterStayApart(t *testing.T) {
	h := hall(t)
	if err := h.App.Live(t.Context()); !service.IsCode(err, service.FolderDemo) {
		t.Errorf("%v", err)
	}
	if err := h.App.MarkDemo(t.Context()); err != nil {
		t.Error("a demo hall is one:", err)
	}
	bare, err := app.Open(t.Context(), app.Options{Dir: filepath.Join(t.TempDir(), "station"), Env: app.RealEnv(), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	if err := bare.Live(t.Context()); err != nil {
		t.Error(err)
	}
}
