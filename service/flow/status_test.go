package flow_test

import (
	"context"
	"strings"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
	"certdesk/token/softkey"
)

// statuses is the way a case went, as the chain tells it.
func statuses(v *flowtest.Visit) []service.Status {
	v.Helper()
	way := []service.Status{service.Draft}
	v.Read(func(view service.View) error {
		rows, err := view.Audit.Of(v.No)
		for _, r := range rows {
			if r.Act == "case.status" {
				way = append(way, service.Status(r.Detail))
			}
		}
		return err
	})
	return way
}

func checkWay(t *testing.T, v *flowtest.Visit, want string) {
	t.Helper()
	way := statuses(v)
	var words []string
	for i, s := range way {
		if i > 0 && !way[i-1].CanBecome(s) {
			t.Errorf("%s became %s", way[i-1], s)
		}
		if i == 0 || way[i-1] != s {
			words = append(words, string(s))
		}
	}
	if got := strings.Join(words, " "); got != want {
		t.Errorf("went\n%s, want\n%s", got, want)
	}
}

// TestWays: each status is come to by the transitions of DESIGN 4 and stands in the chain.
func TestWays(t *testing.T) {
	whole := at(t, "closed")
	checkWay(t, whole, "draft accepted unpaid review approved making produced completed")
	back := at(t, "review")
	back.Must(as(back, flowtest.Reviewer, func(a *flow.Answer) { a.Refused, a.Reason = true, "更正" }))
	back.To("closed")
	checkWay(t, back, "draft accepted unpaid review rejected accepted review approved making produced completed")
	broken := half(t)
	broken.Finish()
	checkWay(t, broken, "draft accepted unpaid review approved making unfinished making produced completed")
	failed := at(t, "work")
	failed.Line.Set(flowtest.Once("Ticket", false, service.CAUnreachable))
	failed.Wants(failed.Work(), service.CAUnreachable)
	failed.Must(failed.Engine.Cancel(context.Background(), flowtest.Clerk, failed.No, ""))
	checkWay(t, failed, "draft accepted unpaid review approved making failed cancelled")
}

// TestNumbers: cases and visits are numbered by station and local day, without gaps over acts that fail.
func TestNumbers(t *testing.T) {
	h := flowtest.New(t)
	day := service.Day(h.Env.Now())
	for n, want := range []string{"-0001", "-0002", "-0003"} {
		_, err := h.EngineOn(&flowtest.Broken{Store: h.Station}).Begin(context.Background(), flowtest.Clerk, service.KindIssue)
		h.Wants(err, service.StoreFailed)
		v := h.Begin(service.KindIssue, flowtest.Org(n))
		if c := v.Case(); c.No != "B0430-"+day+want || c.Visit != "V0430-"+day+want || c.Status != service.Draft || c.Attempt != 1 {
			t.Errorf("%s, visit %s, %s", c.No, c.Visit, c.Status)
		}
	}
}

// TestHistoryIsShown: who comes again sees what he has, and gets another line of his own.
func TestHistoryIsShown(t *testing.T) {
	h := flowtest.New(t)
	c := issued(h, flowtest.Org(1))
	h.Begin(service.KindIssue, c).To("project")
	again := flowtest.Org(1)
	again.Token = "SECOND-1"
	h.Lay(again.Token)
	v := h.Begin(service.KindIssue, again)
	v.To("history")
	if rows := v.Screen().Prompt.Table.Rows; len(rows) != 3 {
		t.Errorf("%d rows", len(rows))
	}
	v.To("closed")
	v.Proof()
	h.Read(func(view service.View) error {
		lines, err := view.Certificates.Lines(v.Detail().Customer.ID)
		if len(lines) != 2 || lines[0].Ordinal != 1 || lines[1].Ordinal != 2 {
			t.Errorf("%+v", lines)
		}
		return err
	})
}

// TestNoSecretAnywhere: no PIN of any kind and nothing that names a person lies readable in a file of the counter, however the case
// went; nor does any error tell it.
func TestNoSecretAnywhere(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Person(1)
	h.Lay(c.Token)
	v := h.Begin(service.KindIssue, c)
	v.To("pin")
	v.Trap.Set(func(op string, phase softkey.Phase) error {
		if op == "ChangePIN" && phase == softkey.After {
			return errFault
		}
		return nil
	})
	err := v.Say(nil)
	v.Wants(err, service.TokenFailed)
	v.Untold(err, c.PIN, c.Said["name"], c.Said["number"])
	v.Trap.Set(nil)
	v.Finish()
	v.Proof()
	ticket, err := h.Line.Ticket(context.Background(), c.Token, 1)
	h.Must(err)
	h.Nowhere(c.PIN, string(ticket.PIN), softkey.FactorySOPIN, c.Said["number"], c.Said["mobile"], c.Said["name"])
}

// TestScreenTells: what the page needs stands on the screen at every step, in both languages.
func TestScreenTells(t *testing.T) {
	v := at(t, "type")
	for v.Step() != "closed" {
		s := v.Screen()
		if s.No != v.No || s.Title.ZH == "" || s.Title.EN == "" || len(s.Stepper) == 0 || (s.Prompt == nil) == (s.Work == nil) {
			t.Fatalf("%+v", s)
		}
		if now := nowStages(s); len(now) != 1 {
			t.Errorf("%s: now %v", v.Step(), now)
		}
		if p := s.Prompt; p != nil && (p.Title.ZH == "" || p.Title.EN == "" || p.Primary.ZH == "" || p.Primary.EN == "" || p.Type == "") {
			t.Errorf("%s: %+v", p.Step, p)
		}
		if w := s.Work; w != nil && (w.Primary.EN == "" || len(w.Steps) == 0) {
			t.Errorf("work: %+v", w)
		}
		v.Must(v.Round())
	}
	s := v.Screen()
	if !s.Closed || s.Done.ZH == "" || len(nowStages(s)) != 0 || s.CanBack || s.CanCancel || s.CanReplace {
		t.Errorf("%+v", s)
	}
	d := v.Detail()
	if len(d.History) < 15 || len(d.Papers) != 4 {
		t.Errorf("%d events, %d papers", len(d.History), len(d.Papers))
	}
	home, err := v.Engine.Home(context.Background(), flowtest.Clerk)
	v.Must(err)
	if home.Cases != 1 || home.Issued != 1 || home.Taken != 28000 || len(home.Counts) != 0 || home.Unsent == 0 {
		t.Errorf("%+v", home)
	}
	found, err := v.Engine.Find(context.Background(), flowtest.Clerk, service.CaseQuery{Text: v.Customer.Said["number"]})
	v.Must(err)
	if len(found) != 1 || found[0].No != v.No {
		t.Errorf("%+v", found)
	}
}

func nowStages(s flow.Screen) (now []service.Stage) {
	for _, st := range s.Stepper {
		if st.State == "now" {
			now = append(now, st.Stage)
		}
	}
	return now
}

// TestProgress: each machine step is told as running and as done, by name and title.
func TestProgress(t *testing.T) {
	v := at(t, "work")
	var got []string
	err := v.Engine.Work(context.Background(), flowtest.Clerk, v.No, func(p flow.Progress) {
		if p.Title.ZH == "" || p.Title.EN == "" {
			t.Errorf("%+v", p)
		}
		got = append(got, p.Step+" "+string(p.State))
	})
	v.Must(err)
	want := ""
	for _, s := range []string{"check", "ticket", "init", "key", "issue", "accept", "import", "write", "verify"} {
		want += s + " running " + s + " done "
	}
	if strings.Join(got, " ")+" " != want {
		t.Errorf("%v", got)
	}
	list := v.Engine.Watch(t.Context())
	if in := <-list; len(in) != 1 || in[0].Serial != v.Customer.Token {
		t.Errorf("%+v", in)
	}
}

// TestCancelledWork: the clerk stops between two steps; nothing is lost.
func TestCancelledWork(t *testing.T) {
	v := at(t, "work")
	ctx, stop := context.WithCancel(context.Background())
	err := v.Engine.Work(ctx, flowtest.Clerk, v.No, func(p flow.Progress) {
		if p.Step == "issue" {
			stop()
		}
	})
	if !service.IsCode(err, service.Cancelled) {
		t.Fatal(err)
	}
	v.Finish()
	v.Proof()
	if len(v.Hall.Line.Pairs) != 1 {
		t.Errorf("%d pairs", len(v.Hall.Line.Pairs))
	}
}
