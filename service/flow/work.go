package flow

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// Work runs machine steps from where the case stands until a person must be asked, an error stops it or the case is closed. Each
// step is journaled before it acts and after it acted; a step found started is reconciled before anything is repeated. The end of
// one step and the start of the next are one act.
// report, which may be nil, is called from the same goroutine.
// Errors: CaseElsewhere, NotPermitted, MustDecide (step) while a token is being given up, NoDuty (what), DigestChanged (the approval
// is void and asked for again), and those of token and CA.
func (e *Engine) Work(ctx context.Context, who service.Actor, no string, report func(Progress)) error {
	release, err := e.hold(no)
	if err != nil {
		return err
	}
	defer release()
	r := &run{Engine: e, who: who, no: no, at: &seat{}, report: report}
	defer r.at.close()
	for {
		t, err := r.open(ctx)
		for t != nil && err == nil {
			t, err = r.perform(ctx, t)
		}
		if err != nil || t == nil && r.idle {
			return err
		}
		if err := ctx.Err(); err != nil {
			return service.E(service.Cancelled, "flow.Work", nil, err)
		}
	}
}

// run is the machine's work on one case: for whom, with which open token, and who hears of its progress.
type run struct {
	*Engine
	who    service.Actor
	no     string
	at     *seat
	report func(Progress)
	idle   bool // nothing was left for the machine when it was looked for last
	single bool // one step and no more
}

// task is a step that the journal has as started.
type task struct {
	step       Step
	job        *Job
	wasStarted bool // it was cut off before: what happened is to be found out first
}

// open finds the open machine step and starts it; nil where there is none.
func (r *run) open(ctx context.Context) (*task, error) {
	step, more, err := r.nextWork(ctx, r.who, r.no)
	if r.idle = !more; err != nil || r.idle {
		return nil, err
	}
	var t *task
	err = r.act(ctx, r.who, r.no, func(tx *service.Tx, p *place) (err error) {
		t, err = r.begin(tx, p, step)
		return err
	})
	if service.IsCode(err, service.DigestChanged) {
		return nil, r.voidApproval(ctx, r.who, r.no, err)
	}
	return t, err
}

// nextWork finds the open machine step, if that is what is open.
func (e *Engine) nextWork(ctx context.Context, who service.Actor, no string) (Step, bool, error) {
	var step Step
	more := false
	err := e.cfg.Store.Read(ctx, func(v service.View) error {
		p, err := e.locate(v, who, no)
		if err == nil {
			step, more, err = p.openWork()
		}
		return err
	})
	return step, more && err == nil, err
}

// openWork is the open machine step.
func (p *place) openWork() (Step, bool, error) {
	step, more := p.current()
	more = more && !p.facts.Case.Status.Closed() && (step.Ask == nil || p.halted(step))
	switch {
	case !more:
		return step, false, nil
	case p.givingUp():
		return step, false, mustDecide(replaceStep)
	}
	return step, true, p.permitted(step)
}

// perform does a started step and journals what came of it. next is the machine step behind it, started already.
func (r *run) perform(ctx context.Context, t *task) (next *task, err error) {
	defer func() { wipeAll(t.job.Keep) }()
	t.job.seat = r.at
	show(r.report, t.step, WorkRunning, service.Text{}, 0)
	now := r.cfg.Desk.Env.Now
	from := now()
	if unknown, err := act(ctx, t.job, t.step, t.wasStarted); err != nil {
		r.at.close()
		show(r.report, t.step, WorkFailed, service.Text{}, now().Sub(from))
		return nil, r.failed(ctx, r.who, r.no, t.step, err, unknown)
	}
	if next, err = r.finish(ctx, t); err != nil {
		return nil, err
	}
	show(r.report, t.step, WorkDone, t.job.Note, now().Sub(from))
	r.spooled()
	return next, nil
}

func show(report func(Progress), s Step, st WorkState, note service.Text, took time.Duration) {
	if report != nil {
		report(Progress{Step: s.Name, WorkStep: WorkStep{Name: s.Name, Title: s.Title, Note: note, State: st, Took: took}})
	}
}

// begin journals a machine step as started.
func (r *run) begin(tx *service.Tx, p *place, step Step) (*task, error) {
	t := r.taskOf(p, step)
	t.wasStarted = p.last[step.Name].State == service.StepStarted
	if err := tx.Audit.Append("step.start", r.no, step.Name); err != nil {
		return nil, err
	}
	return t, p.proceed(tx, step, t.wasStarted)
}

// taskOf is a step with what it works on.
func (e *Engine) taskOf(p *place, step Step) *task {
	return &task{step: step, job: &Job{Desk: e.cfg.Desk, Facts: *p.facts, Again: p.facts.Get(unknownKey(step.Name)) != ""}}
}

// proceed starts a step, or takes up one that was cut off: the case is in making again.
func (p *place) proceed(tx *service.Tx, step Step, wasStarted bool) error {
	switch {
	case !wasStarted:
		return p.start(tx, step)
	case step.Stage == service.StageMake:
		return p.become(tx, service.Making)
	}
	return nil
}

// start journals a machine step as started, with the case in the status of making where it belongs there.
func (p *place) start(tx *service.Tx, step Step) error {
	if err := p.gate(step); err != nil {
		return err
	}
	if err := p.journal(tx, step.Name, service.StepStarted, "", nil); err != nil {
		return err
	}
	if step.Stage != service.StageMake {
		return tx.Cases.PutCase(p.facts.Case)
	}
	if _, made := p.facts.Case.By[service.MadeBy]; !made {
		p.facts.Case.By[service.MadeBy] = stamp(tx)
	}
	return p.become(tx, service.Making)
}

// gate holds back making without an approval (where the business asks for one) or without money: DESIGN 4. What is issued already
// was let through: finishing its token changes nothing of what was approved.
func (p *place) gate(step Step) error {
	if step.Stage != service.StageMake || p.facts.Out[IssuedKey] != "" {
		return nil
	}
	switch p.facts.Case.Money {
	case service.MoneyDue, service.MoneyRefundDue, service.MoneyRefunded:
		return service.E(service.NoDuty, "flow.gate", service.Args{"what": "money"}, nil)
	}
	for _, s := range p.def.Steps {
		if s.Other && p.applies(s) {
			return p.approved(s)
		}
	}
	return nil
}

// approved makes sure that what was approved is what stands there now (DESIGN 12).
func (p *place) approved(review Step) error {
	c := p.facts.Case
	if c.By[service.ReviewedBy].Staff == "" {
		return service.E(service.NoDuty, "flow.gate", service.Args{"what": "approval"}, nil)
	}
	shown, err := review.Ask(p.facts)
	if err == nil && Digest(shown) != c.Approved {
		err = service.E(service.DigestChanged, "flow.gate", service.Args{"no": c.No}, nil)
	}
	return err
}

// Digest is the SM3 of exactly what a prompt shows for reading; an approval binds it.
func Digest(p Prompt) string {
	b, err := json.Marshal(struct {
		Facts []Fact
		Table *Table
	}{p.Facts, p.Table})
	if err != nil {
		return ""
	}
	sum := sm.Sum(b)
	return hex.EncodeToString(sum[:])
}

// act reconciles a step that was found started, and runs it unless it turns out to have happened. unknown is true where the error
// leaves open whether it did.
func act(ctx context.Context, job *Job, step Step, wasStarted bool) (unknown bool, err error) {
	if wasStarted {
		switch out, err := reconcile(ctx, job, step); {
		case err != nil:
			return true, err // not found out: as unknown as before
		case out == Happened:
			return false, nil
		case out == AskAgain:
			return false, errAskAgain
		}
	}
	if step.Do == nil {
		return false, nil
	}
	err = step.Do(ctx, job)
	if wasStarted && step.Issues {
		return err != nil, err // a refusal now says nothing of the try before it: only taking the request back does
	}
	return leftOpen(step, err), err
}

// leftOpen tells whether an error leaves open what the step did. One that asked a person acts several times with the answer (sets a PIN
// and proves it): of it only a code that stands for nothing done is certain.
func leftOpen(step Step, err error) bool {
	if step.Ask != nil {
		return err != nil && !service.IsCode(err, nothingDone...)
	}
	return service.IsCode(err, uncertain...)
}

// reconcile asks the step what happened. One that asked a person and cannot tell asks again; any other may simply be repeated.
func reconcile(ctx context.Context, job *Job, step Step) (Outcome, error) {
	switch {
	case step.Reconcile != nil:
		return step.Reconcile(ctx, job)
	case step.Ask != nil:
		return AskAgain, nil
	}
	return Repeat, nil
}

// finish journals the step as done, applies its outcome and starts the machine step behind it, in one act.
func (r *run) finish(ctx context.Context, t *task) (next *task, err error) {
	err = r.act(context.WithoutCancel(ctx), r.who, r.no, func(tx *service.Tx, p *place) error {
		if err := p.book(tx, t); err != nil {
			return err
		}
		next, err = r.follow(ctx, tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return next, nil
}

// follow starts the machine step that is open now. What cannot start is left as it is: the next look says why.
func (r *run) follow(ctx context.Context, tx *service.Tx, p *place) (*task, error) {
	step, more, err := p.openWork()
	if err != nil || !more || r.single || ctx.Err() != nil || p.gate(step) != nil {
		return nil, nil
	}
	return r.begin(tx, p, step)
}

// book journals a step as done and applies what it came to.
func (p *place) book(tx *service.Tx, t *task) error {
	for k, v := range t.job.Out {
		p.facts.Out[k] = v
	}
	p.facts.Set(unknownKey(t.step.Name), "")
	if t.step.Commit != nil {
		if err := t.step.Commit(tx, p.facts); err != nil {
			return err
		}
	}
	for name, value := range t.job.Keep {
		if err := tx.Settings.Set(name, value); err != nil {
			return err
		}
	}
	if err := tx.Audit.Append("step.done", p.facts.Case.No, t.step.Name); err != nil {
		return err
	}
	if err := p.journal(tx, t.step.Name, service.StepDone, "", t.job.result); err != nil {
		return err
	}
	return p.goOn(tx)
}

// failed journals an error the step answered with, and shows the case as needing attention. A step whose outcome is unknown stays
// started: the next try reconciles.
func (e *Engine) failed(ctx context.Context, who service.Actor, no string, step Step, cause error, unknown bool) error {
	state, code := service.StepFailed, service.CodeOf(cause)
	again := cause == errAskAgain
	switch {
	case again:
		state, code, cause = service.StepUndone, "", nil
	case unknown:
		state = service.StepStarted
	}
	err := e.act(context.WithoutCancel(ctx), who, no, func(tx *service.Tx, p *place) error {
		if again {
			p.facts.Set(unknownKey(step.Name), "1")
		}
		if err := tx.Audit.Append("step.failed", no, step.Name+" "+string(code)); err != nil {
			return err
		}
		return errors.Join(p.journal(tx, step.Name, state, code, nil), p.park(tx, cause))
	})
	if cause != nil {
		return cause
	}
	return err
}

// unknownKey names the field that says of a step that asks and acts: nobody knows what its last act came to.
func unknownKey(step string) string { return "~unknown." + step }

// uncertain codes leave open whether the act happened. An answer of the CA that is not believed says nothing of what it did.
var uncertain = []service.Code{
	service.Internal, service.TokenRemoved, service.TokenFailed, service.TokenHostDied, service.TokenHung, service.TokenDamaged, service.TokenLogin,
	service.CASlow, service.CAUnreachable, service.CAGarbage,
	service.CAUntrusted, service.CAMismatch, service.CAConflict, service.Cancelled,
}

// nothingDone codes come before anything was changed.
var nothingDone = append([]service.Code{
	service.PINLocked, service.SOPINWrong, service.SOPINLocked, service.SOPINUnknown, service.MustDecide, service.TokenBlank,
	service.TokenForeign, service.TokenUnsupported, service.TokenUnnamed, service.TokenProtected, service.TokenObject,
}, retryable...)

// park moves a case that stopped in making to 已发证未写完 or 异常待处理. A wrong PIN or an absent token is no such stop.
func (p *place) park(tx *service.Tx, cause error) error {
	c := p.facts.Case
	lost := p.unanswered().open // the token may be gone for good: the case can then be cancelled, or go on with another
	if c.Status != service.Making || cause == nil || !lost && service.IsCode(cause, retryable...) {
		return tx.Cases.PutCase(c)
	}
	if p.facts.Out[IssuedKey] != "" {
		return p.become(tx, service.Unfinished)
	}
	return p.become(tx, service.Failed)
}

// retryable codes are put right at the desk at once.
var retryable = []service.Code{service.PINWrong, service.PINFormat, service.PINSame, service.PINMismatch, service.TokenAbsent, service.TokenSeveral, service.TokenOther}

// IssuedKey is the output that a step leaves once the CA has issued: from then on a stop means "issued, token unfinished".
const IssuedKey = "issued"
