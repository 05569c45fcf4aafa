package demo

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"
	"sync"
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

// Auto serves the first n customers of a seed at a joined station with no screen, through the same services and over the same line
// to the centre, wherever that runs. It first finishes what earlier runs left open, then serves those of its own customers who were
// not served yet, one after the other; papers and events go out in the background meanwhile, as at a desk with a screen.
type Auto struct {
	app      *app.App
	seed     uint64
	clerk    service.Actor
	reviewer service.Actor
	visits   []visit
	spare    map[service.Kind][]string // cases begun for nobody yet
}

// NewAuto signs the first clerk and the first reviewer of people in at a station that is Ready. Errors: as app.Ready and signing in.
func NewAuto(ctx context.Context, station *app.App, people []Person, seed uint64, n int) (*Auto, error) {
	if err := station.Ready(); err != nil {
		return nil, err
	}
	a := &Auto{app: station, seed: seed, visits: plan(seed, n, station.Env.Now())}
	var err error
	if a.clerk, err = signIn(ctx, station, people, service.RoleClerk); err != nil {
		return nil, err
	}
	a.reviewer, err = signIn(ctx, station, people, service.RoleReviewer)
	return a, err
}

func signIn(ctx context.Context, station *app.App, people []Person, role service.Role) (service.Actor, error) {
	i := slices.IndexFunc(people, func(p Person) bool { return p.Role == role })
	if i < 0 {
		return service.Actor{}, service.E(service.NotFound, "demo.signIn", service.Args{"what": "staff", "id": string(role)}, nil)
	}
	return station.People.SignIn(ctx, people[i].Login, []byte(people[i].Demo))
}

// moreHeap lets an automatic run's heap grow further between collections, to some 100 MB: it serves a hundred times faster than a
// person would, and a seventh of its time went into collecting.
const moreHeap = 400

// Run serves everybody and reports. A run that failed, on a broken line for example, may be run again.
func (a *Auto) Run(ctx context.Context) (Summary, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(moreHeap))
	from := a.app.Env.Now()
	s := Summary{Seed: a.seed, Cases: []app.CaseReport{}}
	nos, err := a.everybody(ctx)
	if err == nil {
		err = a.close(ctx)
	}
	if err == nil {
		err = a.report(ctx, &s, nos)
	}
	s.Seconds = a.app.Env.Now().Sub(from).Round(time.Millisecond).Seconds()
	return s, err
}

// everybody serves open cases and customers with the station's background work beside, and returns the customers' cases.
func (a *Auto) everybody(ctx context.Context) ([]string, error) {
	background, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { a.app.Run(background) })
	defer beside.Wait()
	defer stop()
	if err := a.finishOpen(ctx); err != nil {
		return nil, err
	}
	nos := make([]string, 0, len(a.visits))
	for _, v := range a.visits {
		no, err := a.turn(ctx, v)
		if err == nil {
			err = a.serve(ctx, v, no)
		}
		if err != nil {
			return nil, err
		}
		nos = append(nos, no)
	}
	return nos, nil
}

// serve answers prompts and runs machine steps until the case is closed. A step that keeps failing ends the run.
func (a *Auto) serve(ctx context.Context, v visit, no string) error {
	c := &customerAtDesk{auto: a, visit: v, no: no}
	for {
		s, err := a.app.Engine.Screen(ctx, a.clerk, no)
		if err != nil || s.Closed {
			return err
		}
		if err := c.next(ctx, s); err != nil {
			return err
		}
	}
}

// close prints what still waits and uploads what is unsent.
func (a *Auto) close(ctx context.Context) error {
	if err := a.app.Queue.Drain(ctx); err != nil {
		return err
	}
	return a.app.Upload(ctx)
}

func (a *Auto) report(ctx context.Context, s *Summary, nos []string) error {
	for _, no := range nos {
		r, err := a.app.Report(ctx, a.clerk, no, true)
		if err != nil {
			return err
		}
		s.Cases = append(s.Cases, r)
	}
	var err error
	if s.Ledger, err = a.app.Sum(ctx, s.Cases); err != nil {
		return err
	}
	s.Chains.CA, s.Chains.CRL, err = a.app.Chains(ctx)
	return err
}

// JSON is the summary as one value.
func (s Summary) JSON() ([]byte, error) { return json.MarshalIndent(s, "", "  ") }
