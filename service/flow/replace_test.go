package flow_test

import (
	"context"
	"testing"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/flow/flowtest"
	"certdesk/token/softkey"
)

// half is a case whose pair is issued and whose token broke before it was written.
func half(t *testing.T) *flowtest.Visit {
	t.Helper()
	v := ready(t, flowtest.Org(1))
	v.Trap.Set(func(op string, phase softkey.Phase) error {
		if op == "ImportEncryptionKey" && phase == softkey.Before {
			return errFault
		}
		return nil
	})
	v.Wants(until(v), service.TokenFailed)
	v.Trap.Set(nil)
	v.Status(service.Unfinished)
	return v
}

func replace(v *flowtest.Visit) error {
	return v.Engine.Replace(context.Background(), flowtest.Supervisor, v.No, "介质损坏")
}

// other puts another fresh token into the customer's hand.
func other(v *flowtest.Visit) string {
	old := v.Customer.Token
	v.Customer.Token = "NEW-0001"
	v.Lay(v.Customer.Token)
	return old
}

// TestReplace revokes the unused pair before another is asked for, books the token bad and ends with one valid pair.
func TestReplace(t *testing.T) {
	v := half(t)
	v.Must(replace(v))
	if s := v.PairStatus(firstPair(v)); s != ca.PairRevoked {
		t.Fatalf("the old pair is %s", s)
	}
	old := other(v)
	v.Finish()
	v.Proof()
	if len(v.Line.Pairs) != 2 || v.Case().Attempt != 2 {
		t.Errorf("%d pairs, attempt %d", len(v.Line.Pairs), v.Case().Attempt)
	}
	bad := stock(v, old)
	if bad.State != service.StockBad || stock(v, v.Customer.Token).State != service.StockIssued {
		t.Errorf("the old token is %s", bad.State)
	}
}

func firstPair(v *flowtest.Visit) string {
	v.Helper()
	for _, c := range v.Detail().Certificates {
		if c.Usage == service.UsageSign {
			return c.Serial
		}
	}
	v.Fatal("no pair")
	return ""
}

func stock(v *flowtest.Visit, serial string) (item service.StockItem) {
	v.Act(func(tx *service.Tx) (err error) {
		item, err = tx.Stock.Item(serial)
		return err
	})
	return item
}

// TestBadTokenNotAgain: what was booked bad is not taken for another job.
func TestBadTokenNotAgain(t *testing.T) {
	v := half(t)
	v.Must(replace(v))
	v.Wants(v.Say(nil), service.TokenDamaged)
}

// TestReplaceCutOff: from the moment the revocation may have happened, the old token takes nothing more; calling again ends it.
func TestReplaceCutOff(t *testing.T) {
	for name, arm := range map[string]func(*flowtest.Visit){
		"centre down":              func(v *flowtest.Visit) { v.Line.Set(flowtest.Once("Revoke", false, service.CAUnreachable)) },
		"reply lost":               func(v *flowtest.Visit) { v.Line.Set(flowtest.Once("Revoke", true, service.CASlow)) },
		"power cut after revoking": func(v *flowtest.Visit) { v.Power.CutAfter(1) },
	} {
		t.Run(name, func(t *testing.T) {
			v := half(t)
			arm(v)
			if err := replace(v); err == nil {
				t.Fatal("no error")
			}
			v.Restart()
			v.Wants(v.Work(), service.MustDecide)
			if s := v.Screen(); !s.CanReplace || s.CanCancel || s.CanBack || s.Need != service.MayOverride {
				t.Errorf("replace %v, cancel %v, back %v, need %q", s.CanReplace, s.CanCancel, s.CanBack, s.Need)
			}
			v.Must(replace(v))
			other(v)
			v.Finish()
			v.Proof()
		})
	}
}

// TestReplaceRefused: where the centre says no, the old pair is as good as before and the old token goes on.
func TestReplaceRefused(t *testing.T) {
	v := half(t)
	v.Line.Set(flowtest.Once("Revoke", false, service.CARefused))
	v.Wants(replace(v), service.CARefused)
	v.Finish()
	v.Proof()
	if len(v.Line.Pairs) != 1 {
		t.Errorf("%d pairs", len(v.Line.Pairs))
	}
}

// TestReplaceWithoutAnswer: the reply of the CA is lost and then the token too. The request is withdrawn by its key, so that the
// pair which nobody here has seen is revoked; the case goes on with another token.
func TestReplaceWithoutAnswer(t *testing.T) {
	v := ready(t, flowtest.Org(1))
	v.Line.Set(flowtest.Once("Issue", true, service.CASlow))
	v.Wants(until(v), service.CASlow)
	v.Must(v.Drawer.Remove(v.Customer.Token))
	v.Wants(v.Work(), service.TokenAbsent)
	v.Line.Set(flowtest.Once("Withdraw", true, service.CASlow))
	v.Wants(replace(v), service.CASlow)
	v.Restart()
	v.Wants(v.Work(), service.MustDecide)
	v.Must(replace(v))
	other(v)
	v.Finish()
	v.Proof()
}

// TestCancelWithoutAnswer: the same, and the customer gives up: nothing valid stays at the centre.
func TestCancelWithoutAnswer(t *testing.T) {
	v := ready(t, flowtest.Org(1))
	v.Line.Set(flowtest.Once("Issue", true, service.CASlow))
	v.Wants(until(v), service.CASlow)
	v.Must(v.Drawer.Remove(v.Customer.Token))
	v.Wants(v.Work(), service.TokenAbsent)
	v.Line.Set(flowtest.Once("Withdraw", false, service.CAUnreachable))
	v.Wants(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "客户不办了"), service.CAUnreachable)
	v.Must(v.Engine.Cancel(context.Background(), flowtest.Clerk, v.No, "客户不办了"))
	if v.Line.Calls["Withdraw"] != 2 {
		t.Errorf("%d withdrawals", v.Line.Calls["Withdraw"])
	}
	if s := v.Screen(); s.Status != service.CancelledS || !s.Closed {
		t.Errorf("%s", s.Status)
	}
}

// TestReplaceEarly: nothing issued yet, nothing to revoke.
func TestReplaceEarly(t *testing.T) {
	v := ready(t, flowtest.Org(1))
	v.Must(v.Say(nil))
	v.Line.Set(flowtest.Once("Ticket", false, service.CAUnreachable))
	v.Wants(v.Work(), service.CAUnreachable)
	v.Must(replace(v))
	other(v)
	v.Finish()
	v.Proof()
	if v.Line.Calls["Revoke"] != 0 || len(v.Line.Pairs) != 1 {
		t.Errorf("%d revocations, %d pairs", v.Line.Calls["Revoke"], len(v.Line.Pairs))
	}
}

func TestReplaceRules(t *testing.T) {
	v := half(t)
	ctx := context.Background()
	v.Wants(v.Engine.Replace(ctx, flowtest.Clerk, v.No, "坏了"), service.NotPermitted)
	v.Wants(v.Engine.Replace(ctx, flowtest.Supervisor, v.No, "  "), service.InputRequired)
	v.Wants(v.Engine.Replace(ctx, flowtest.Supervisor, v.No, "a\u202eb"), service.NameBidi)
	v.Wants(v.Engine.Cancel(ctx, flowtest.Clerk, v.No, ""), service.CaseStatus)
	v.Finish()
	v.Wants(replace(v), service.CaseStatus)
	c := issued(v.Hall, flowtest.Person(2))
	w := v.Begin(service.KindUnlock, c)
	w.To("pin")
	w.Wants(replace(w), service.CaseStatus)
}
