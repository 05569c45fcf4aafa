package flow_test

import (
	"context"
	"testing"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
)

// script is a made-up business of one question, one machine step and an end, to hold the engine alone to its rules.
type script struct {
	*flowtest.Visit
	did      []string
	do, find error
	found    flow.Outcome
	take     flow.Result
}

func play(t *testing.T, change func(*script, *flow.Step)) *script {
	t.Helper()
	h := flowtest.New(t)
	p := &script{}
	ask := func(*flow.Facts) (flow.Prompt, error) { return flow.Prompt{Type: flow.PromptConfirm}, nil }
	act := flow.Step{Name: "act", Stage: service.StageMake,
		Do: func(context.Context, *flow.Job) error {
			p.did = append(p.did, "do")
			return p.do
		},
		Reconcile: func(context.Context, *flow.Job) (flow.Outcome, error) {
			p.did = append(p.did, "find")
			return p.found, p.find
		},
	}
	change(p, &act)
	first := flow.Step{Name: "first", Stage: service.StageIdentity, Ask: ask,
		Take: func(*service.Tx, *flow.Facts, flow.Answer) (flow.Result, error) { return flow.Next, nil }}
	last := first
	last.Name, last.Stage = "last", service.StageHandover
	h.Engine = h.EngineWith(h.Power, []flow.Definition{{Kind: service.KindChangePIN, Permission: service.MayServe,
		Stages: []service.Stage{service.StageIdentity, service.StageMake, service.StageHandover}, Steps: []flow.Step{first, act, last}}})
	p.Visit = h.Begin(service.KindChangePIN, flowtest.Org(1))
	p.Must(p.Say(nil))
	return p
}

func (p *script) wantDid(want ...string) {
	p.Helper()
	if len(p.did) != len(want) {
		p.Fatalf("did %v, want %v", p.did, want)
	}
	for i := range want {
		if p.did[i] != want[i] {
			p.Fatalf("did %v, want %v", p.did, want)
		}
	}
	p.did = nil
}

func coded(c service.Code) error { return service.E(c, "test", nil, nil) }

// TestUnknownStaysUnknown: while finding out fails, nothing is done and nothing undone, however often one tries.
func TestUnknownStaysUnknown(t *testing.T) {
	p := play(t, func(*script, *flow.Step) {})
	p.do = coded(service.TokenRemoved)
	p.Wants(p.Work(), service.TokenRemoved)
	p.wantDid("do")
	p.find = coded(service.TokenAbsent)
	for range 3 {
		p.Wants(p.Work(), service.TokenAbsent)
		p.wantDid("find")
		p.Wants(p.Engine.Back(context.Background(), flowtest.Clerk, p.No), service.StepAnswered)
	}
	p.find, p.found, p.do = nil, flow.Happened, nil
	p.Must(p.Work())
	p.wantDid("find")
	p.Must(p.Say(nil))
	p.Status(service.Completed)
}

// TestCertainFailureIsDoneAgain: what surely did not happen is not asked after, and F3 may go back in front of it.
func TestCertainFailureIsDoneAgain(t *testing.T) {
	p := play(t, func(*script, *flow.Step) {})
	p.do = coded(service.CARefused)
	p.Wants(p.Work(), service.CARefused)
	p.Wants(p.Work(), service.CARefused)
	p.wantDid("do", "do")
	p.Status(service.Failed)
	p.Must(p.Engine.Back(context.Background(), flowtest.Clerk, p.No))
	p.Status(service.Draft)
	p.Must(p.Say(nil))
	p.do = nil
	p.Must(p.Work())
	p.wantDid("do")
}

// TestRepeat: found not to have happened, it is done after all; a failure then is judged anew.
func TestRepeat(t *testing.T) {
	p := play(t, func(*script, *flow.Step) {})
	p.do = coded(service.CASlow)
	p.Wants(p.Work(), service.CASlow)
	p.do = coded(service.TokenFull)
	p.Wants(p.Work(), service.TokenFull)
	p.Wants(p.Work(), service.TokenFull)
	p.wantDid("do", "find", "do", "do")
}

// TestNothingHappensUnlessTaken: a step that asks and acts acts only on an answer that ends the question.
func TestNothingHappensUnlessTaken(t *testing.T) {
	p := play(t, func(p *script, s *flow.Step) {
		s.Ask = func(*flow.Facts) (flow.Prompt, error) { return flow.Prompt{Type: flow.PromptSecret}, nil }
		s.Take = func(*service.Tx, *flow.Facts, flow.Answer) (flow.Result, error) { return p.take, nil }
	})
	p.take = flow.Again
	p.Must(p.Say(nil))
	p.wantDid()
	p.Status(service.Approved)
	p.take = flow.Stop
	p.Must(p.Say(nil))
	p.wantDid()
	p.Status(service.CancelledS)
}

// TestAsksAgain: an act on an answer whose outcome nobody knows is not repeated without a person. A full disk or a proof that failed may
// come behind the change of the PIN.
func TestAsksAgain(t *testing.T) {
	for _, code := range []service.Code{service.TokenRemoved, service.StoreFull, service.VerifyFailed, service.StoreFailed} {
		t.Run(string(code), func(t *testing.T) { asksAgain(t, code) })
	}
}

func asksAgain(t *testing.T, code service.Code) {
	p := play(t, func(p *script, s *flow.Step) {
		s.Ask = func(*flow.Facts) (flow.Prompt, error) { return flow.Prompt{Type: flow.PromptSecret}, nil }
		s.Take = func(*service.Tx, *flow.Facts, flow.Answer) (flow.Result, error) { return flow.Next, nil }
		s.Reconcile = nil
		do := s.Do
		s.Do = func(ctx context.Context, j *flow.Job) error {
			if j.Again {
				p.did = append(p.did, "again")
			}
			return do(ctx, j)
		}
	})
	p.do = coded(code)
	p.Wants(p.Say(nil), code)
	p.Wants(p.Engine.Answer(context.Background(), flowtest.Clerk, p.No, flow.Answer{Step: "act"}), service.StepAnswered)
	p.Wants(p.Engine.Draft(context.Background(), flowtest.Clerk, p.No, "act", nil), service.StepAnswered)
	p.Must(p.Work())
	p.wantDid("do")
	p.do = nil
	p.Must(p.Say(nil))
	p.wantDid("again", "do")
	p.Must(p.Say(nil))
	p.Status(service.Completed)
}

// TestRefusalAfterSilence: once an answer of the CA was lost, a refusal does not prove that nothing was issued. The case ends by taking
// the request back.
func TestRefusalAfterSilence(t *testing.T) {
	key := [32]byte{7}
	p := play(t, func(p *script, s *flow.Step) {
		s.Issues, s.Reconcile = true, nil
		s.Request = func(*flow.Facts) [32]byte { return key }
	})
	p.do = coded(service.CASlow)
	p.Wants(p.Work(), service.CASlow)
	p.do = coded(service.CARefused)
	p.Wants(p.Work(), service.CARefused)
	if p.Line.Calls["Withdraw"] != 0 {
		t.Fatal("withdrawn too early")
	}
	p.Must(p.Engine.Cancel(context.Background(), flowtest.Clerk, p.No, "客户不等了"))
	if p.Line.Calls["Withdraw"] != 1 {
		t.Error("the request was not taken back")
	}
	p.Status(service.CancelledS)
}
