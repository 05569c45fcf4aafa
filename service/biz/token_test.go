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

// TestForeignToken: a token that holds another's certificate is refused by name and left as it is; F3 takes another one.
func TestForeignToken(t *testing.T) {
	h := flowtest.New(t)
	first := flowtest.Org(1)
	h.Lay(first.Token)
	done := h.Begin(service.KindIssue, first)
	done.To("closed")
	c := flowtest.Org(2)
	v := h.Begin(service.KindIssue, c)
	v.To("token")
	own := c.Token
	c.Token = first.Token
	v.Must(v.Say(nil))
	err := v.Work()
	v.Wants(err, service.TokenForeign)
	if args := service.ArgsOf(err); args["serial"] != first.Token || args["holds"] != serialOn(done) {
		t.Errorf("%v", args)
	}
	v.Status(service.Failed)
	h.Must(h.Engine.Back(context.Background(), flowtest.Clerk, v.No))
	c.Token = own
	h.Lay(own)
	v.To("closed")
	v.Proof()
	h.Insert(first.Token)
	done.Proof()
}

func serialOn(v *flowtest.Visit) string {
	for _, c := range v.Detail().Certificates {
		if c.Usage == service.UsageSign {
			return c.Serial
		}
	}
	return ""
}

// TestTokenOfAnotherCase: a token that another case is being written to is not taken.
func TestTokenOfAnotherCase(t *testing.T) {
	v := at(t, flowtest.Org(1), "work")
	v.Trap.Set(func(op string, phase softkey.Phase) error {
		if op == "GenerateKey" && phase == softkey.Before {
			return service.E(service.TokenFailed, "test", nil, nil)
		}
		return nil
	})
	v.Wants(v.Work(), service.TokenFailed)
	v.Trap.Set(nil)
	other := flowtest.Org(2)
	other.Token = v.Customer.Token
	w := v.Begin(service.KindIssue, other)
	w.To("token")
	err := w.Say(nil)
	w.Wants(err, service.TokenForeign)
	if service.ArgsOf(err)["holds"] != v.No {
		t.Errorf("%v", err)
	}
	v.To("closed")
	v.Proof()
}

// TestTokenPinnedByAnother: a token that an approved case is about to be written to is in use, before anything is on it.
func TestTokenPinnedByAnother(t *testing.T) {
	v := at(t, flowtest.Org(1), "work")
	v.Status(service.Approved)
	other := flowtest.Org(2)
	own := other.Token
	other.Token = v.Customer.Token
	w := v.Begin(service.KindIssue, other)
	w.To("token")
	err := w.Say(nil)
	w.Wants(err, service.TokenForeign)
	if args := service.ArgsOf(err); args["holds"] != v.No || args["serial"] != v.Customer.Token {
		t.Errorf("%v", err)
	}
	v.To("closed")
	v.Proof()
	other.Token = own
	w.Lay(own)
	w.To("closed")
	w.Proof()
}

func TestSmallToken(t *testing.T) {
	h := flowtest.New(t, softkey.WithSpace(12<<10, 8))
	c := flowtest.Org(1)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To("work")
	err := v.Work()
	v.Wants(err, service.TokenFull)
	if args := service.ArgsOf(err); args["need"] != "16 KB" || args["free"] != "12 KB" {
		t.Errorf("%v", args)
	}
	v.Status(service.Failed)
	if s := v.Screen(); !s.CanBack || !s.CanCancel {
		t.Error("no way out")
	}
}

// TestTokensAtTheDesk: none, two, another one than pinned, one booked bad.
func TestTokensAtTheDesk(t *testing.T) {
	v := at(t, flowtest.Org(1), "token")
	none := func(a *flow.Answer) { a.Choice = "" }
	v.Must(v.Drawer.Remove(v.Customer.Token))
	v.Wants(v.Say(none), service.TokenAbsent)
	for _, serial := range []string{"AAAA-1", "BBBB-2"} {
		v.Must(v.Drawer.Create(serial))
		v.Must(v.Drawer.Insert(serial))
	}
	err := v.Say(none)
	v.Wants(err, service.TokenSeveral)
	if service.ArgsOf(err)["serials"] != "AAAA-1, BBBB-2" {
		t.Errorf("%v", err)
	}
	v.Must(v.Say(nil))
	err = v.Work()
	v.Wants(err, service.TokenOther)
	if args := service.ArgsOf(err); args["want"] != v.Customer.Token || args["have"] != "AAAA-1, BBBB-2" {
		t.Errorf("%v", args)
	}
	v.Status(service.Making)
	v.Must(v.Drawer.Insert(v.Customer.Token))
	v.Must(v.Work())
	v.To("closed")
	v.Proof()
}

// TestTwoTokensIn: the pinned one is written, the other is left alone.
func TestTwoTokensIn(t *testing.T) {
	v := at(t, flowtest.Org(1), "work")
	v.Must(v.Drawer.Create("ZZZZ-9"))
	v.Must(v.Drawer.Insert("ZZZZ-9"))
	v.To("closed")
	v.Proof()
	view, err := v.Engine.Inspect(context.Background(), "ZZZZ-9")
	v.Must(err)
	if len(view.Containers) != 0 || view.Info.Initialised {
		t.Errorf("%+v", view)
	}
	own, err := v.Engine.Inspect(context.Background(), v.Customer.Token)
	v.Must(err)
	if len(own.Containers) != 1 || len(own.Containers[0].Certificates) != 2 || !own.Containers[0].Certificates[0].Known || own.Case != v.No {
		t.Errorf("%+v", own)
	}
}

// TestBadPINs: the customer's new PIN is refused by rule and nothing is spent; the PIN stands in no error.
func TestBadPINs(t *testing.T) {
	v := at(t, flowtest.Org(1), "pin")
	for pin, rule := range map[string]string{
		"": "min", "12345": "min", "ab1": "min", strings.Repeat("a7", 20): "max", "密码密码": "ascii", "abc 123x": "ascii", "abc\x00defg": "ascii",
		"000000": "simple", "123456": "simple", "987654": "simple",
	} {
		err := v.Say(func(a *flow.Answer) { a.Secrets["new"] = []byte(pin) })
		v.Wants(err, service.PINFormat)
		if service.ArgsOf(err)["rule"] != rule || len(pin) > 3 && strings.Contains(err.Error(), pin) {
			t.Errorf("%q: %v", pin, err)
		}
	}
	secret := []byte("k4PnTq88")
	v.Must(v.Say(func(a *flow.Answer) { a.Secrets["new"] = secret }))
	if string(secret) != strings.Repeat("\x00", 8) {
		t.Error("the PIN was not wiped")
	}
	v.Customer.PIN = "k4PnTq88"
	v.To("closed")
	v.Proof()
	v.Nowhere("k4PnTq88")
}

// changing is a 2002 in front of its PINs.
func changing(t *testing.T, options ...softkey.Option) *flowtest.Visit {
	t.Helper()
	h := flowtest.New(t, options...)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	c.OldPIN, c.PIN = c.PIN, "k4PnTq88"
	v := h.Begin(service.KindChangePIN, c)
	v.To("pin")
	return v
}

// TestWrongPIN counts down to the lock; each time the case asks again, and may be given up.
func TestWrongPIN(t *testing.T) {
	v := changing(t, softkey.WithTries(3, 5))
	wrong := func(a *flow.Answer) { a.Secrets["old"] = []byte("not-the-pin") }
	v.Wants(v.Say(func(a *flow.Answer) { a.Secrets["old"] = []byte(v.Customer.PIN) }), service.PINSame)
	for _, left := range []string{"2", "1"} {
		err := v.Say(wrong)
		v.Wants(err, service.PINWrong)
		if service.ArgsOf(err)["left"] != left {
			t.Errorf("%v", err)
		}
		v.Untold(err, "not-the-pin", v.Customer.PIN)
		v.Status(service.Making)
		if s := v.Screen(); s.Prompt == nil || !s.CanCancel || !s.CanBack {
			t.Errorf("asks %v, cancel %v, back %v", s.Prompt != nil, s.CanCancel, s.CanBack)
		}
	}
	v.Wants(v.Say(wrong), service.PINLocked)
	v.Status(service.Failed)
	v.Wants(v.Say(nil), service.PINLocked)
	v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "转 2001"))
	u := v.Begin(service.KindUnlock, v.Customer)
	u.To("closed")
	u.Nowhere("not-the-pin", v.Customer.PIN, v.Customer.OldPIN)
}

// TestGiveUpAfterWrongPIN: a customer who does not know the old PIN goes to another business.
func TestGiveUpAfterWrongPIN(t *testing.T) {
	v := changing(t)
	v.Wants(v.Say(func(a *flow.Answer) { a.Secrets["old"] = []byte("not-the-pin") }), service.PINWrong)
	v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, ""))
	v.Status(service.CancelledS)
}

// TestPINOutcomeUnknown: the reply is lost or the token pulled; the question is put again with a warning, and whatever happened the
// customer ends with the PIN that he types.
func TestPINOutcomeUnknown(t *testing.T) {
	for _, kind := range []string{"issue", "change", "unlock"} {
		for _, phase := range []softkey.Phase{softkey.Before, softkey.After} {
			t.Run(kind+map[softkey.Phase]string{softkey.Before: " before", softkey.After: " after"}[phase], func(t *testing.T) {
				v := atPIN(t, kind)
				op := map[string]string{"issue": "ChangePIN", "change": "ChangePIN", "unlock": "Unblock"}[kind]
				v.Trap.Set(func(o string, p softkey.Phase) error {
					if o == op && p == phase {
						v.Must(v.Drawer.Remove(v.Customer.Token))
					}
					return nil
				})
				v.Wants(v.Say(nil), service.TokenRemoved)
				v.Trap.Set(nil)
				v.Insert(v.Customer.Token)
				v.Restart()
				v.Must(v.Work())
				if s := v.Screen(); s.Prompt == nil || s.Prompt.Step != "pin" || s.Prompt.Warning.Zero() {
					t.Fatalf("asks %+v", s.Prompt)
				}
				v.To("closed")
				checkPIN(v)
			})
		}
	}
}

func atPIN(t *testing.T, kind string) *flowtest.Visit {
	t.Helper()
	if kind == "issue" {
		return at(t, flowtest.Org(1), "pin")
	}
	v := changing(t)
	if kind == "change" {
		return v
	}
	v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, ""))
	u := v.Begin(service.KindUnlock, v.Customer)
	u.To("pin")
	return u
}

func checkPIN(v *flowtest.Visit) {
	v.Helper()
	s, err := v.Drawer.Open(context.Background(), v.Customer.Token)
	v.Must(err)
	defer s.Close()
	v.Must(s.Login(context.Background(), []byte(v.Customer.PIN)))
	v.Nowhere(v.Customer.PIN, v.Customer.OldPIN)
}

// TestFewSOTries: the last tries of an SO PIN are not spent by pressing a key again and again.
func TestFewSOTries(t *testing.T) {
	v := at(t, flowtest.Org(1), "work")
	v.SpendSO(v.Customer.Token, 2)
	err := v.Work()
	v.Wants(err, service.MustDecide)
	v.Wants(v.Work(), service.MustDecide)
	info, err := v.Engine.Inspect(context.Background(), v.Customer.Token)
	v.Must(err)
	if info.Info.SO.Left != 2 {
		t.Errorf("%d tries left", info.Info.SO.Left)
	}
	v.SpendSO(v.Customer.Token, 0)
	v.Wants(v.Work(), service.SOPINLocked)
	v.Must(v.Engine.Replace(context.Background(), flowtest.Supervisor, v.No, "管理 PIN 锁死"))
	v.Customer.Token = "NEW-0001"
	v.Lay(v.Customer.Token)
	v.To("closed")
	v.Proof()
}

// TestTokenOfAnotherStation: a token that another station initialised and gave up is written here, under the SO PIN that the centre
// derives for both.
func TestTokenOfAnotherStation(t *testing.T) {
	v := at(t, flowtest.Org(1), "work")
	v.Trap.Set(func(op string, phase softkey.Phase) error {
		if op == "GenerateKey" && phase == softkey.Before {
			return service.E(service.TokenFailed, "test", nil, nil)
		}
		return nil
	})
	v.Wants(v.Work(), service.TokenFailed)
	v.Trap.Set(nil)
	v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, ""))
	s := v.Sister("0777")
	s.Drawer = v.Drawer
	s.Restart()
	w := s.Begin(service.KindIssue, v.Customer)
	w.To("closed")
	w.Proof()
}

// TestLook: 2xxx read the token first; nothing on it is an error of its own, and another token forgets what the first one said.
func TestLook(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	v := h.Begin(service.KindUnlock, c)
	v.To("identify")
	v.Wants(v.Say(says("number", flowtest.USCC(2))), service.IDMismatch)
	v.Wants(v.Say(says("number", spoil(flowtest.USCC(1)))), service.IDCheck)
	h.Must(h.Engine.Back(context.Background(), flowtest.Clerk, v.No))
	h.Lay("BLANK-01")
	c.Token = "BLANK-01"
	v.Must(v.Say(nil))
	v.Wants(v.Work(), service.TokenBlank)
	v.Status(service.Draft)
	h.Must(h.Engine.Back(context.Background(), flowtest.Clerk, v.No))
	c.Token = strangers(h)
	v.Must(v.Say(nil))
	v.Must(v.Work())
	if d := v.Detail(); v.Step() != "type" || d.Case.Customer != "" || d.Case.Line != "" {
		t.Errorf("the first token's customer %q stands on another's token, at %s", d.Customer.Name, v.Step())
	}
}

// strangers lays a token of another station in.
func strangers(h *flowtest.Hall) string {
	h.Helper()
	s := h.Sister("0888")
	s.Drawer = h.Drawer
	s.Restart()
	c := flowtest.Person(9)
	s.Lay(c.Token)
	s.Begin(service.KindIssue, c).To("closed")
	return c.Token
}
