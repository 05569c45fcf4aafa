package biz_test

import (
	"context"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
	"certdesk/token/softkey"
)

// model is a soft UKey of another make: it hides or lacks what devices hide or lack.
type model struct {
	service.Tokens
	info     func(*service.TokenInfo)
	noChange bool
	noSame   bool
}

type modelSession struct {
	service.TokenSession
	m model
}

func (m model) Open(ctx context.Context, serial string) (service.TokenSession, error) {
	s, err := m.Tokens.Open(ctx, serial)
	if err != nil {
		return nil, err
	}
	return modelSession{s, m}, nil
}

func (s modelSession) Info(ctx context.Context) (service.TokenInfo, error) {
	info, err := s.TokenSession.Info(ctx)
	if s.m.info != nil {
		s.m.info(&info)
	}
	return info, err
}

func (s modelSession) ChangeSOPIN(ctx context.Context, old, new []byte) error {
	if s.m.noChange {
		return service.E(service.TokenUnsupported, "test", service.Args{"what": "ChangeSOPIN"}, nil)
	}
	if s.m.noSame && string(old) == string(new) {
		return service.E(service.PINSame, "test", nil, nil)
	}
	return s.TokenSession.ChangeSOPIN(ctx, old, new)
}

func become(h *flowtest.Hall, m model) {
	h.Model = func(tokens service.Tokens) service.Tokens {
		m.Tokens = tokens
		return m
	}
	h.Restart()
}

func untold(info *service.TokenInfo) { info.SO.Known, info.SO.Left = false, 0 }

// TestNoGuessWhereTriesAreUnknown: a device that does not say how many tries are left is asked nothing that may be wrong.
func TestNoGuessWhereTriesAreUnknown(t *testing.T) {
	v := pulled(t, softkey.Before)
	before := soTries(v)
	become(v.Hall, model{info: untold})
	v.Insert(v.Customer.Token)
	v.Wants(v.Work(), service.MustDecide)
	s := v.Screen()
	if s.Need != service.MayOverride || s.CanCancel || asked(s)["generation"] != "2" || soTries(v) != before {
		t.Fatalf("need %q, asks %v, %d tries", s.Need, asked(s), soTries(v))
	}
	v.Wants(v.Engine.Answer(context.Background(), flowtest.Clerk, v.No, flow.Answer{Step: "so-leave", Version: s.Version}), service.NotPermitted)
	v.Wants(v.Say(nil), service.SOPINWrong) // the supervisor's one try
	if soTries(v) != before-1 {
		t.Errorf("%d tries", soTries(v))
	}
	v.Wants(v.Say(says("generation", "x")), service.InputInvalid)
	v.Must(v.Say(says("generation", "1")))
	v.To("closed")
	v.Obeys(v.Customer.Token, 2, "2")
}

func soTries(v *flowtest.Visit) int {
	v.Helper()
	v.Insert(v.Customer.Token)
	s, err := v.Drawer.Open(context.Background(), v.Customer.Token)
	v.Must(err)
	defer s.Close()
	info, err := s.Info(context.Background())
	v.Must(err)
	return info.SO.Left
}

// TestOpenChangeWhereTriesAreUnknown: also the next case asks a supervisor before anything may be wrong.
func TestOpenChangeWhereTriesAreUnknown(t *testing.T) {
	v := pulled(t, softkey.After)
	v.To("closed")
	become(v.Hall, model{info: untold})
	u := v.Begin(service.KindUnlock, v.Customer)
	v.Insert(v.Customer.Token)
	u.To("pin")
	u.Wants(u.Say(nil), service.MustDecide)
	if soTries(v) != 10 {
		t.Errorf("%d tries", soTries(v))
	}
	u.Must(u.Say(nil)) // the supervisor: the newer first
	u.To("closed")
	u.Obeys(v.Customer.Token, 3, "3")
}

// TestTriesLowInChangeOfSOPIN: the last tries are not spent; left open, the next case knows.
func TestTriesLowInChangeOfSOPIN(t *testing.T) {
	for _, act := range []string{"try", "leave"} {
		t.Run(act, func(t *testing.T) {
			v := pulled(t, softkey.After)
			v.SpendSO(v.Customer.Token, 2)
			v.Wants(v.Work(), service.MustDecide)
			if v.Step() != "so-leave" || soTries(v) != 2 {
				t.Fatalf("at %s, %d tries", v.Step(), soTries(v))
			}
			if act == "try" {
				v.Wants(v.Say(says("generation", "2x")), service.InputInvalid)
			}
			v.Must(v.Say(says("act", act)))
			v.To("closed")
			v.Obeys(v.Customer.Token, 2, map[string]string{"try": "2", "leave": "1>2"}[act])
		})
	}
}

// TestTriesLowBeforeUnlock: a supervisor decides on each of the last tries.
func TestTriesLowBeforeUnlock(t *testing.T) {
	c := flowtest.Org(1)
	h := withToken(t, c)
	v := h.Begin(service.KindUnlock, c)
	v.To("pin")
	h.SpendSO(c.Token, 2)
	v.Wants(v.Say(nil), service.MustDecide)
	s := v.Screen()
	if s.Need != service.MayOverride || asked(s)["generation"] != "1" || s.Work != nil {
		t.Fatalf("%q %v", s.Need, asked(s))
	}
	v.Must(v.Say(says("generation", "7")))
	v.Wants(v.Say(nil), service.SOPINWrong) // the customer's PIN under the seventh
	if v.Step() != "so-decide" || soTries(v) != 1 {
		t.Fatalf("at %s, %d tries", v.Step(), soTries(v))
	}
	v.Must(v.Say(nil))
	v.To("closed")
	h.Obeys(c.Token, 2, "2")
}

// TestGivenUpBySupervisor: what may be taken back until the clerk has booked it.
func TestGivenUpBySupervisor(t *testing.T) {
	c := flowtest.Org(1)
	h := withToken(t, c)
	v := h.Begin(service.KindUnlock, c)
	v.To("pin")
	h.SpendSO(c.Token, 1)
	v.Wants(v.Say(nil), service.MustDecide)
	v.Must(v.Say(says("act", "dead")))
	if v.Step() != "dead-making" {
		t.Fatalf("at %s", v.Step())
	}
	v.Must(v.Say(func(a *flow.Answer) { a.Refused = true }))
	v.Must(v.Say(says("act", "dead")))
	v.To("closed")
	v.Status(service.CancelledS)
	if h.Stock(c.Token).State != service.StockDead {
		t.Errorf("%+v", h.Stock(c.Token))
	}
}

// TestDeadWhenRead: nobody pays for a token that cannot be unlocked; it is booked out with a notice, and not taken again.
func TestDeadWhenRead(t *testing.T) {
	c := flowtest.Org(1)
	h := withToken(t, c)
	h.SpendSO(c.Token, 0)
	v := h.Begin(service.KindUnlock, c)
	v.To("dead")
	v.Wants(v.Say(func(a *flow.Answer) { a.Refused = true }), service.InputChoice)
	v.To("closed")
	checkDead(v, service.MoneyNone)
	again := h.Begin(service.KindUnlock, c)
	again.Wants(again.Say(nil), service.SOPINLocked)
	other := flowtest.Org(2)
	other.Token = c.Token
	w := h.Begin(service.KindIssue, other)
	w.To("token")
	w.Wants(w.Say(nil), service.SOPINLocked)
}

func checkDead(v *flowtest.Visit, money service.MoneyStatus) {
	v.Helper()
	v.Status(service.CancelledS)
	if c, item := v.Case(), v.Stock(v.Customer.Token); c.Money != money || item.State != service.StockDead || item.Case != v.No {
		v.Errorf("money %s, stock %+v", c.Money, item)
	}
	notices := 0
	for _, p := range v.Detail().Papers {
		if p.Kind != service.DocNotice {
			continue
		}
		text := docText(p.Doc)
		for _, want := range []string{"介质报废告知书", v.Customer.Token, "1003", "湘江"} {
			if !strings.Contains(text, want) {
				v.Errorf("the notice lacks %s: %s", want, text)
			}
		}
		if strings.Contains(text, "退还") != (money == service.MoneyRefundDue) {
			v.Errorf("refund: %s", text)
		}
		notices++
	}
	if notices != 1 {
		v.Errorf("%d notices", notices)
	}
	wantEvent(v.Hall, "token-dead", `{"case":"`+v.No+`","token":"`+v.Customer.Token+`"}`)
}

// TestDeadAfterPaying: the fee is owed back.
func TestDeadAfterPaying(t *testing.T) {
	c := flowtest.Org(7)
	c.Project, c.Product = "02", "21"
	h := withToken(t, c)
	v := h.Begin(service.KindUnlock, c)
	v.To("pin")
	h.SpendSO(c.Token, 0)
	v.Wants(v.Say(nil), service.SOPINLocked)
	if v.Step() != "dead-making" {
		t.Fatalf("at %s", v.Step())
	}
	v.Restart()
	v.To("closed")
	checkDead(v, service.MoneyRefundDue)
}

// TestDeadInMaking: a token from the drawer whose SO PIN is locked is booked as dead, and another takes its place.
func TestDeadInMaking(t *testing.T) {
	v := at(t, flowtest.Org(1), "work")
	dead := v.Customer.Token
	v.SpendSO(dead, 0)
	v.Wants(v.Work(), service.SOPINLocked)
	v.Must(v.Engine.Replace(context.Background(), flowtest.Supervisor, v.No, "管理 PIN 锁死"))
	v.Wants(v.Say(nil), service.SOPINLocked)
	v.Customer.Token = "NEW-0001"
	v.Lay(v.Customer.Token)
	v.To("closed")
	v.Proof()
	if v.Stock(dead).State != service.StockDead {
		t.Errorf("%+v", v.Stock(dead))
	}
}

// TestFixedSOPIN: a model that keeps its factory SO PIN is served without generations and without a ticket.
func TestFixedSOPIN(t *testing.T) {
	h := flowtest.New(t)
	h.FixedSO = true
	h.Restart()
	c := flowtest.Org(1)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To("closed")
	v.Proof()
	c.PIN = "k4PnTq88"
	u := h.Begin(service.KindUnlock, c)
	u.To("closed")
	checkPIN(u)
	if h.SOStanding(c.Token) != "" || h.Line.Calls["Ticket"] != 0 {
		t.Errorf("on record %q, %d tickets", h.SOStanding(c.Token), h.Line.Calls["Ticket"])
	}
	s, err := h.Drawer.Open(context.Background(), c.Token)
	h.Must(err)
	defer s.Close()
	h.Must(s.Unblock(context.Background(), []byte(softkey.FactorySOPIN), []byte("k4PnTq99")))
}

// TestSOPINThatCannotBeChanged: the device says so, and the generation in force stays.
func TestSOPINThatCannotBeChanged(t *testing.T) {
	v := changingSO(t)
	become(v.Hall, model{noChange: true})
	v.To("closed")
	v.Status(service.Completed)
	v.Obeys(v.Customer.Token, 1, "1")
}

// TestSOPINThatCannotBeProved: a device that refuses the same PIN again cannot be asked whether it has it.
func TestSOPINThatCannotBeProved(t *testing.T) {
	for phase, standing := range map[softkey.Phase]string{softkey.Before: "2", softkey.After: "1>2"} {
		v := pulled(t, phase)
		become(v.Hall, model{noSame: true})
		v.Insert(v.Customer.Token)
		v.Wants(v.Work(), service.MustDecide)
		if phase == softkey.Before {
			v.Must(v.Say(says("generation", "1")))
		} else {
			v.Must(v.Say(says("act", "leave")))
		}
		v.To("closed")
		v.Obeys(v.Customer.Token, 2, standing)
	}
}

// TestFromTheDrawer: a device that cannot say that its SO PIN is the factory's, and that no case was written to, is tried with it first.
func TestFromTheDrawer(t *testing.T) {
	for name, hide := range map[string]func(*service.TokenInfo){
		"tries known":   func(i *service.TokenInfo) { i.Initialised, i.SO.Default = true, false },
		"tries unknown": func(i *service.TokenInfo) { i.Initialised, i.SO.Default, i.SO.Known = true, false, false },
	} {
		t.Run(name, func(t *testing.T) {
			h := flowtest.New(t)
			become(h, model{info: hide})
			c := flowtest.Org(1)
			h.Lay(c.Token)
			v := h.Begin(service.KindIssue, c)
			v.To("closed")
			v.Proof()
			h.Obeys(c.Token, 1, "1")
		})
	}
}
