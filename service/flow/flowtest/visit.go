package flowtest

import (
	"context"

	"certdesk/service"
	"certdesk/service/flow"
)

// Visit is one case of one customer.
type Visit struct {
	*Hall
	*Customer
	No string
}

// Begin opens a case by the clerk.
func (h *Hall) Begin(kind service.Kind, c *Customer) *Visit {
	h.Helper()
	no, err := h.Engine.Begin(context.Background(), Clerk, kind)
	h.Must(err)
	return &Visit{Hall: h, Customer: c, No: no}
}

// Screen is what the clerk sees.
func (v *Visit) Screen() flow.Screen {
	v.Helper()
	s, err := v.Engine.Screen(context.Background(), Clerk, v.No)
	v.Must(err)
	return s
}

// Step names the open step: of the prompt, "work" before machine steps, "closed".
func (v *Visit) Step() string {
	v.Helper()
	return stepOf(v.Screen())
}

func stepOf(s flow.Screen) string {
	switch {
	case s.Closed:
		return "closed"
	case s.Prompt != nil:
		return s.Prompt.Step
	}
	return "work"
}

// Case reads the case as it stands.
func (v *Visit) Case() service.Case {
	v.Helper()
	return v.Detail().Case
}

// Detail reads everything about the case.
func (v *Visit) Detail() flow.Detail {
	v.Helper()
	d, err := v.Engine.Detail(context.Background(), Clerk, v.No)
	v.Must(err)
	return d
}

// Say answers the open prompt as usual, changed by change where it is not nil, by the person whom it needs.
func (v *Visit) Say(change func(*flow.Answer)) error {
	v.Helper()
	return v.say(v.Screen(), change)
}

func (v *Visit) say(s flow.Screen, change func(*flow.Answer)) error {
	v.Helper()
	if s.Prompt == nil {
		v.Fatalf("nothing is asked: work %v, closed %v", s.Work != nil, s.Closed)
	}
	a := v.Answer(s.Prompt)
	a.Version = s.Version
	if change != nil {
		change(&a)
	}
	who := Clerk
	switch s.Need {
	case "":
	case service.MayOverride:
		who = Supervisor
	default:
		who = Reviewer
	}
	return v.Engine.Answer(context.Background(), who, v.No, a)
}

// Work runs machine steps.
func (v *Visit) Work() error { return v.Engine.Work(context.Background(), Clerk, v.No, nil) }

// Round does what is next: an answer or machine steps.
func (v *Visit) Round() error {
	v.Helper()
	return v.round(v.Screen())
}

func (v *Visit) round(s flow.Screen) error {
	v.Helper()
	if s.Work != nil {
		return v.Work()
	}
	return v.say(s, nil)
}

// To goes on to a step, by its name or "work" or "closed", and stops in front of it. Any error ends the test.
func (v *Visit) To(step string) {
	v.Helper()
	for range 80 {
		s := v.Screen()
		at := stepOf(s)
		if at == step {
			return
		}
		if at == "closed" {
			v.Fatalf("closed before %s", step)
		}
		if err := v.round(s); err != nil {
			v.Fatalf("at %s: %v", at, err)
		}
	}
	v.Fatalf("never came to %s, stands at %s", step, v.Step())
}

// Finish goes on to the end with a program begun anew, past errors that a repeat puts right, as a patient clerk does who puts the
// token back in.
func (v *Visit) Finish() {
	v.Helper()
	v.Restart()
	for range 80 {
		if v.Step() == "closed" {
			return
		}
		v.Insert(v.Customer.Token)
		if err := v.Round(); err != nil {
			v.Logf("at %s: %v", v.Step(), err)
		}
	}
	v.Fatalf("never finished, stands at %s in status %s", v.Step(), v.Case().Status)
}

// Wants ends the test unless err carries the code.
func (h *Hall) Wants(err error, code service.Code) {
	h.Helper()
	if service.CodeOf(err) != code {
		h.Fatalf("want %q, got %v", code, err)
	}
}

// Status ends the test unless the case stands there.
func (v *Visit) Status(want service.Status) {
	v.Helper()
	if got := v.Case().Status; got != want {
		v.Fatalf("status %s, want %s", got, want)
	}
}
