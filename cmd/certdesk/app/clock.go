package app

import (
	"context"
	"crypto/x509"
	"errors"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"certdesk/service"
)

// clockLimit is how far this machine's clock may lie from the centre's, or before the last act, until somebody is told. The centre
// refuses at twice this, and a certificate begins five minutes before it was asked for.
const clockLimit = 5 * time.Minute

// timing is what is known of this machine's clock. The centre's answers tell most (Date, RFC 9110, 6.6.1), since the line is
// authenticated; without a line the last act does.
type timing struct {
	mu     sync.Mutex
	known  bool          // the centre's last answer told its time
	ahead  time.Duration // this machine's clock less the centre's, then
	latest time.Time     // the latest moment this machine is known to have passed
	told   service.Code  // what the audit chain says of the clock
}

// heard takes the centre's time; the zero time is an exchange without an answer, after which the clock may be set unseen.
func (t *timing) heard(now, centre time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known = !centre.IsZero()
	if t.known {
		t.ahead = now.Round(0).Sub(centre) // Round drops the monotonic reading, which does not follow a clock that is set
	}
}

// judge tells whether now can be right. last is the time of the last act. CAClock (minutes, reason) or ClockBack (now, last).
func (t *timing) judge(now, last time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now = now.Round(0)
	if t.known {
		t.latest = now
		return apart(t.ahead)
	}
	if last.After(t.latest) {
		t.latest = last
	}
	if now.After(t.latest) {
		t.latest = now
	}
	return before(now, t.latest)
}

// apart is CAClock where the clocks of station and centre lie too far apart.
func apart(ahead time.Duration) error {
	if ahead.Abs() <= clockLimit {
		return nil
	}
	reason := "fast"
	if ahead < 0 {
		reason = "slow"
	}
	minutes := strconv.FormatInt(int64(math.Round(ahead.Abs().Minutes())), 10)
	return service.E(service.CAClock, "app.clock", service.Args{"minutes": minutes, "reason": reason}, nil)
}

// before is ClockBack where now lies before what has happened already.
func before(now, last time.Time) error {
	if last.Sub(now) <= clockLimit {
		return nil
	}
	return service.E(service.ClockBack, "app.clock", service.Args{"now": clock(now), "last": clock(last)}, nil)
}

// Clock tells whether this machine's clock can be right: by the centre's last answer, else by the last act. What the clock matters
// for is refused by the centre; serving goes on, since the chain and the receipts are ordered by number.
// Errors: CAClock (minutes, reason), ClockBack (now, last), the store's.
func (a *App) Clock(ctx context.Context) error {
	var last service.AuditRow
	err := a.Store.Read(ctx, func(v service.View) (err error) {
		last, err = v.Audit.Head()
		return err
	})
	if err != nil {
		return err
	}
	return a.Line.timing.judge(a.Env.Now(), last.At)
}

// clockRound writes into the audit chain that the clock went wrong, and that it is right again, once each: who inspects the books
// later must not believe the times between.
func (a *App) clockRound(ctx context.Context) {
	err := a.Clock(ctx)
	code := service.CodeOf(err)
	if err != nil && !service.IsCode(err, service.CAClock, service.ClockBack) || !a.Line.timing.news(code) {
		return
	}
	act, args := "clock.right", service.ArgsOf(err)
	if err != nil {
		act = string(code)
	}
	detail := args["minutes"] + args["reason"] + args["last"]
	_ = a.Store.Act(ctx, service.StationActor(), func(tx *service.Tx) error { return tx.Audit.Append(act, "station", detail) })
}

// news notes a verdict and reports whether it is another one than before.
func (t *timing) news(code service.Code) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	changed := code != t.told
	t.told = code
	return changed
}

// listener reads the centre's time off every answer, and off a certificate that this machine takes for one of the future.
type listener struct {
	way   http.RoundTripper
	now   func() time.Time
	heard func(now, centre time.Time)
}

// RoundTrip implements http.RoundTripper.
func (l listener) RoundTrip(r *http.Request) (*http.Response, error) {
	reply, err := l.way.RoundTrip(r)
	var at time.Time
	var early x509.CertificateInvalidError
	switch {
	case err == nil:
		at, _ = http.ParseTime(reply.Header.Get("Date")) // an answer without one tells nothing
	case errors.As(err, &early) && early.Reason == x509.Expired && l.now().Before(early.Cert.NotBefore):
		at = early.Cert.NotBefore // the centre is past this: a certificate is not used before its time
	}
	l.heard(l.now(), at)
	return reply, err
}

// listening is the line's options with an ear for the centre's time.
func (a *App) listening() func(http.RoundTripper) http.RoundTripper {
	further := a.Options.Line.Through
	return func(way http.RoundTripper) http.RoundTripper {
		if further != nil {
			way = further(way)
		}
		return listener{way: way, now: a.Env.Now, heard: a.Line.timing.heard}
	}
}

// last is how far this machine's clock was ahead of the centre's at its last answer.
func (t *timing) last() (ahead time.Duration, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ahead, t.known
}
