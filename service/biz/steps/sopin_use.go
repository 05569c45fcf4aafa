package steps

import (
	"context"
	"regexp"

	"certdesk/service"
	"certdesk/service/flow"
)

// use does an act under the SO PIN: generation by generation in the order given, each a try of the token's. A wrong one leads to
// the next only while tries are known to be left. guess is true where already the first may be wrong.
type use struct {
	step  string
	order []int
	guess bool
	force bool // a supervisor decided on this try: only a dead token refuses it
	cut   bool // an act of this very job was cut off: the token obeys one of the two, also where it tells no tries
}

// run gives the generation under which act went through. Errors: SOPINLocked, MustDecide (step), SOPINWrong where no more is to be
// tried or the next ticket cannot be had, and those of act.
func (u use) run(ctx context.Context, j *flow.Job, s service.TokenSession, act func(g int, so []byte) error) (int, error) {
	var wrong error
	for i, g := range u.order {
		info, err := s.Info(ctx)
		if err == nil {
			err = u.may(info, i)
		}
		if err != nil {
			return 0, err
		}
		so, err := soOf(ctx, j, g)
		if err != nil && wrong != nil {
			return 0, wrong
		}
		if err != nil {
			return 0, err
		}
		err = act(g, so)
		clear(so)
		if !service.IsCode(err, service.SOPINWrong) {
			return g, err
		}
		wrong = err
	}
	return 0, wrong
}

func (u use) may(info service.TokenInfo, i int) error {
	switch {
	case u.force && !info.SO.Locked:
		return nil
	case u.cut && !info.SO.Known && i < 2:
		return MayTrySO(info, u.step)
	case u.guess || i > 0:
		return mayGuess(info, u.step)
	}
	return MayTrySO(info, u.step)
}

// mayGuess allows a try that may well be wrong: only where the token says how many are left, and the reserve stays untouched.
// Errors: SOPINLocked (serial), MustDecide (step).
func mayGuess(info service.TokenInfo, step string) error {
	if err := MayTrySO(info, step); err != nil {
		return err
	}
	if !info.SO.Known || info.SO.Left <= fewTries {
		return service.E(service.MustDecide, "steps.mayGuess", service.Args{"step": step}, nil)
	}
	return nil
}

// soOnce is the generation that a supervisor decided to try, for one answer of the step "pin".
const soOnce = "so.once"

// Unblock sets the customer's new PIN under the SO PIN and proves it by logging in. The SO PIN is due to be changed then.
// Errors: SOPINLocked, SOPINWrong, MustDecide (step), the token's, and the centre's where this station never had a ticket for it.
func Unblock(ctx context.Context, j *flow.Job, s service.TokenSession) error {
	info, err := s.Info(ctx)
	if err != nil {
		return err
	}
	u, err := unblocking(ctx, j, info)
	if err != nil {
		return err
	}
	g, err := u.run(ctx, j, s, func(_ int, so []byte) error { return s.Unblock(ctx, so, j.Secrets["new"]) })
	if err != nil {
		return err
	}
	if !j.Desk.FixedSO {
		standing{force: g, due: true}.keep(j)
	}
	return s.Login(ctx, j.Secrets["new"])
}

func unblocking(ctx context.Context, j *flow.Job, info service.TokenInfo) (use, error) {
	u := use{step: "pin"}
	if g, ok := generation(j.Get(soOnce)); ok {
		u.order, u.force = []int{g}, true
		return u, nil
	}
	if j.Desk.FixedSO || info.SO.Default {
		u.order = []int{factory}
		return u, nil
	}
	st, err := standingOf(ctx, j)
	u.order, u.guess = st.order(), st.next > 0
	return u, err
}

// Initialise gives a token its own SO PIN together with what spec says: the first generation on a fresh one, the newest that it has
// had otherwise. Where the profile fixes the SO PIN, the factory's stays. Errors as Unblock.
func Initialise(ctx context.Context, j *flow.Job, s service.TokenSession, spec service.InitSpec) error {
	info, err := s.Info(ctx)
	if err != nil {
		return err
	}
	st, err := standingOf(ctx, j)
	if err != nil {
		return err
	}
	if code := j.Stopped["init"]; !info.SO.Known && (code == service.SOPINWrong || code == service.MustDecide) {
		return service.E(service.MustDecide, "steps.Initialise", service.Args{"step": "init"}, nil) // each press would cost a try
	}
	u := use{step: "init", order: initOrder(j, st, info), guess: st.next > 0, cut: !st.known && info.Label == Job(j.Case)}
	g, err := u.run(ctx, j, s, func(g int, so []byte) error { return initialise(ctx, j, s, spec, info, st.to(j, g), so) })
	if err != nil {
		return err
	}
	if !j.Desk.FixedSO {
		standing{force: st.to(j, g)}.keep(j)
	}
	return nil
}

// to is the generation that initialising under generation g sets: the newest that the token has had, never an earlier one again.
func (s standing) to(j *flow.Job, g int) int {
	if j.Desk.FixedSO {
		return factory
	}
	return max(s.own(), g)
}

// initialise is one try under so. A model whose SO PIN the maker does not set takes the first that it is given.
func initialise(ctx context.Context, j *flow.Job, s service.TokenSession, spec service.InitSpec, info service.TokenInfo, to int, so []byte) error {
	own, err := soOf(ctx, j, to)
	if err != nil {
		return err
	}
	defer clear(own)
	if len(so) == 0 && info.Initialised || len(own) == 0 {
		return service.E(service.SOPINUnknown, "steps.initialise", service.Args{"serial": info.Serial}, nil)
	}
	if spec.SOPIN, spec.NewSOPIN = so, own; len(so) == 0 {
		spec.SOPIN = own
	}
	_, err = s.Initialise(ctx, spec)
	return err
}

// Initialised notes that the token's own SO PIN is set.
func Initialised(ctx context.Context, j *flow.Job) error {
	st, err := standingOf(ctx, j)
	if err == nil && !j.Desk.FixedSO {
		standing{force: st.own()}.keep(j)
	}
	return err
}

var jobLabel = regexp.MustCompile(`^B\d{4}-\d{6}-\d{4}-\d+$`)

// initOrder: a token that says so, or was never initialised, obeys the factory's SO PIN. One that no case of any station was ever
// written to is from the drawer: the factory's again, for devices that cannot say. All stations of a centre have the same SO PINs,
// so that another's token is known here too.
func initOrder(j *flow.Job, st standing, info service.TokenInfo) []int {
	switch {
	case j.Desk.FixedSO, info.SO.Default, !st.known && !info.Initialised:
		return []int{factory}
	case !st.known && info.Label == Job(j.Case): // this job was cut off while it initialised
		return []int{st.own(), factory}
	case !st.known && !jobLabel.MatchString(info.Label):
		return append([]int{factory}, st.order()...)
	}
	return st.order()
}
