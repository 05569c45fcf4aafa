package demo

import (
	"context"
	"encoding/json"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
)

// Summary is what `certdesk demo --auto` prints (docs/CLI.md).
type Summary struct {
	Seed    uint64           `json:"seed"`
	Cases   []app.CaseReport `json:"cases"`
	Ledger  app.LedgerReport `json:"ledger"`
	Chains  Chains           `json:"chains"`
	Seconds float64          `json:"seconds"`
}

// Chains are the centre's own papers: root plus issuing CA, and the CRL in force, both PEM.
type Chains struct {
	CA  string `json:"ca"`
	CRL string `json:"crl"`
}

// Auto serves the first n customers of a seed with no screen, through the same services and the same centre. It first
// finishes what earlier runs left open, then serves those of its own customers who were not served yet.
type Auto struct {
	hall     *Hall
	seed     uint64
	clerk    service.Actor
	reviewer service.Actor
	visits   []visit
	spare    map[service.Kind][]string // cases begun for nobody yet
}

// NewAuto signs the demo's clerk and reviewer in.
func NewAuto(ctx context.Context, h *Hall, seed uint64, n int) (*Auto, error) {
	a := &Auto{hall: h, seed: seed, visits: plan(seed, n, h.App.Env.Now()), spare: map[service.Kind][]string{}}
	var err error
	if a.clerk, err = h.App.People.SignIn(ctx, "01", []byte("260101")); err != nil {
		return nil, err
	}
	a.reviewer, err = h.App.People.SignIn(ctx, "02", []byte("260202"))
	return a, err
}

// Run serves everybody and reports.
func (a *Auto) Run(ctx context.Context) (Summary, error) {
	from := a.hall.App.Env.Now()
	s := Summary{Seed: a.seed, Cases: []app.CaseReport{}}
	if err := a.finishOpen(ctx); err != nil {
		return s, err
	}
	nos := make([]string, 0, len(a.visits))
	for _, v := range a.visits {
		no, err := a.turn(ctx, v)
		if err == nil {
			err = a.serve(ctx, v, no)
		}
		if err != nil {
			return s, err
		}
		nos = append(nos, no)
	}
	if err := a.close(ctx); err != nil {
		return s, err
	}
	err := a.report(ctx, &s, nos)
	s.Seconds = a.hall.App.Env.Now().Sub(from).Round(time.Millisecond).Seconds()
	return s, err
}

// serve answers prompts and runs machine steps until the case is closed. A step that keeps failing ends the run.
func (a *Auto) serve(ctx context.Context, v visit, no string) error {
	c := &customerAtDesk{auto: a, visit: v, no: no}
	for {
		s, err := a.hall.App.Engine.Screen(ctx, a.clerk, no)
		if err != nil || s.Closed {
			return err
		}
		if err := c.next(ctx, s); err != nil {
			return err
		}
	}
}

// close prints what waits and uploads what is unsent.
func (a *Auto) close(ctx context.Context) error {
	if err := a.hall.App.Queue.Drain(ctx); err != nil {
		return err
	}
	return a.hall.App.Upload(ctx)
}

func (a *Auto) report(ctx context.Context, s *Summary, nos []string) error {
	for _, no := range nos {
		r, err := a.hall.App.Report(ctx, a.clerk, no, true)
		if err != nil {
			return err
		}
		s.Cases = append(s.Cases, r)
	}
	var err error
	if s.Ledger, err = a.hall.App.Sum(ctx, s.Cases); err != nil {
		return err
	}
	s.Chains, err = a.hall.WriteChains(ctx)
	return err
}

// JSON is the summary as one value.
func (s Summary) JSON() ([]byte, error) { return json.MarshalIndent(s, "", "  ") }
