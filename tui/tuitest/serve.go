package tuitest

import (
	"context"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
)

// Definitions are the businesses of the world; only those with a script can be served.
func (w *World) Definitions() []flow.Definition {
	d := func(kind service.Kind, zh, en, initials string) flow.Definition {
		return flow.Definition{Kind: kind, Title: service.T(zh, en), Initials: initials, Permission: service.MayServe,
			Help: service.T(zh+"：客户到场，核验身份后办理，一次办结。", en+": the customer is at the desk; check identity, then go through the steps.")}
	}
	return []flow.Definition{
		d("1001", "初次办理", "First issue", "CCBL"), d("1002", "更新 / 续费", "Renew", "GXXF"), d("1003", "补办（遗失、损坏）", "Reissue (lost, damaged)", "BBYSSH"),
		d("1004", "信息变更", "Change of details", "XXBG"), d("1005", "冻结", "Suspend", "DJ"), d("1006", "解冻", "Resume", "JD"), d("1007", "吊销", "Revoke", "DX"),
		d("1008", "密钥恢复", "Key recovery", "MYHF"), d("2001", "解锁", "Unlock", "JS"), d("2002", "修改 PIN", "Change PIN", "XGPIN"),
	}
}

// Screen shows where a case stands.
func (w *World) Screen(_ context.Context, who service.Actor, no string) (flow.Screen, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.find(no)
	if err != nil {
		return flow.Screen{}, err
	}
	return w.screen(c, who), nil
}

func (w *World) screen(c *Case, who service.Actor) flow.Screen {
	s := flow.Screen{No: c.No, Version: c.Version, Kind: c.Kind, Title: w.title(c.Kind), Customer: c.Values["name"], Status: c.Status,
		Stepper: c.stepper(), Aside: w.aside(c), CanCancel: !c.Status.Closed()}
	if c.Status.Closed() {
		s.Closed, s.Done = true, service.T("业务已完成，请归还客户证件", "Completed; hand the customer's papers back")
		return s
	}
	st := c.Script[c.At]
	s.CanBack = c.At > 0 && st.Work == nil && c.Script[c.At-1].Work == nil
	s.CanReplace = c.Token != ""
	if st.Need != "" && (!who.May(st.Need) || who.ID == c.By) {
		s.Need = st.Need
	}
	if st.Work != nil {
		s.Work = &flow.Work{Token: c.Token, Steps: c.work(st), Auto: !c.Made["~tried"], KeepIn: st.Stage == service.StageMake, Primary: service.T("继续", "Continue")}
		return s
	}
	pr := st.Ask(w, c)
	if w.Form != nil {
		pr = w.Form()
	}
	pr.Step, pr.Stage = st.Name, st.Stage
	for i, f := range pr.Fields {
		if v, ok := c.Drafts[st.Name][f.Name]; ok {
			pr.Fields[i].Value = v
		}
	}
	s.Prompt = &pr
	return s
}

func (c *Case) work(st Step) []flow.WorkStep {
	out := append([]flow.WorkStep(nil), st.Work...)
	for i := range out {
		out[i].State = flow.WorkTodo
		if c.Made[out[i].Name] {
			out[i].State = flow.WorkDone
		} else {
			out[i].Note = service.Text{}
			if c.Made["~failed."+out[i].Name] {
				out[i].State = flow.WorkFailed
			}
		}
		out[i].Took = 0
	}
	return out
}

func (c *Case) stepper() []flow.StageState {
	var out []flow.StageState
	for i, s := range c.Script {
		if i > 0 && c.Script[i-1].Stage == s.Stage {
			continue
		}
		out = append(out, flow.StageState{Stage: s.Stage, State: "todo"})
	}
	now := c.Script[min(c.At, len(c.Script)-1)].Stage
	state := "done"
	for i := range out {
		if out[i].Stage == now && !c.Status.Closed() {
			out[i].State, state = "now", "todo"
			continue
		}
		out[i].State = state
	}
	return out
}

// Answer takes the answer to the open prompt.
func (w *World) Answer(_ context.Context, who service.Actor, no string, a flow.Answer) error {
	time.Sleep(w.Pause)
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.find(no)
	if err != nil {
		return err
	}
	w.Answers[a.Step]++
	for _, s := range a.Secrets {
		w.Secrets = append(w.Secrets, string(s))
		defer clear(s)
	}
	st := c.Script[c.At]
	switch {
	case st.Name != a.Step:
		return service.E(service.StepAnswered, "tuitest", service.Args{"no": no}, nil)
	case a.Version != c.Version:
		return service.E(service.CaseChanged, "tuitest", service.Args{"no": no}, nil)
	case st.Need != "" && (!who.May(st.Need) || who.ID == c.By):
		return service.E(service.NotPermitted, "tuitest", service.Args{"permission": string(st.Need)}, nil)
	}
	if err := w.take(c, st, a); err != nil {
		return err
	}
	delete(c.Drafts, st.Name)
	c.Version++
	c.next()
	return nil
}

func (w *World) take(c *Case, st Step, a flow.Answer) error {
	if err := w.Fail[st.Name]; err != nil {
		delete(w.Fail, st.Name)
		return err
	}
	for name, o := range a.Overrides {
		c.Passed[name] = o
	}
	if st.Take != nil {
		if err := st.Take(w, c, a); err != nil {
			return err
		}
	}
	for k, v := range a.Values {
		c.Values[k] = v
	}
	return nil
}

func (c *Case) next() {
	if c.At++; c.At == len(c.Script) {
		c.Status = service.Completed
	}
}

// Draft keeps what was typed.
func (w *World) Draft(_ context.Context, _ service.Actor, no, step string, values map[string]string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.find(no)
	if err != nil {
		return err
	}
	if c.Script[c.At].Name != step {
		return service.E(service.StepAnswered, "tuitest", service.Args{"no": no}, nil)
	}
	c.Drafts[step] = values
	c.Version++
	return nil
}

// Back goes a step back.
func (w *World) Back(_ context.Context, _ service.Actor, no string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.find(no)
	if err == nil && c.At > 0 {
		c.At--
		c.Version++
	}
	return err
}

// Work runs machine steps.
func (w *World) Work(_ context.Context, _ service.Actor, no string, report func(flow.Progress)) error {
	for {
		st, ok := w.nextWork(no)
		if !ok {
			return nil
		}
		report(flow.Progress{Step: st.Name, WorkStep: flow.WorkStep{Name: st.Name, Title: st.Title, State: flow.WorkRunning}})
		time.Sleep(w.Slow)
		if err := w.finish(no, st.Name); err != nil {
			st.State, st.Note = flow.WorkFailed, service.Text{}
			report(flow.Progress{Step: st.Name, WorkStep: st})
			return err
		}
		st.State = flow.WorkDone
		report(flow.Progress{Step: st.Name, WorkStep: st})
	}
}

func (w *World) nextWork(no string) (flow.WorkStep, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cases[no]
	c.Made["~tried"] = true
	for c.At < len(c.Script) && c.Script[c.At].Work != nil {
		for _, st := range c.Script[c.At].Work {
			if !c.Made[st.Name] {
				return st, true
			}
		}
		c.next()
		c.Version++
	}
	return flow.WorkStep{}, false
}

func (w *World) finish(no, step string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cases[no]
	if w.Crash == step {
		w.Crash = ""
		panic("a fault in " + step)
	}
	if err := w.Fail[step]; err != nil {
		delete(w.Fail, step)
		c.Made["~failed."+step] = true
		return err
	}
	c.Made[step] = true
	return nil
}

// Cancel ends a case.
func (w *World) Cancel(_ context.Context, _ service.Actor, no, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.find(no)
	if err == nil {
		c.Status, c.Gone = service.CancelledS, reason
	}
	return err
}

// Replace gives up the token.
func (w *World) Replace(_ context.Context, who service.Actor, no, reason string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, err := w.find(no)
	if err != nil || !who.May(service.MayOverride) {
		return service.E(service.NotPermitted, "tuitest", service.Args{"permission": "override"}, err)
	}
	c.Token, c.Made = "", map[string]bool{}
	for i, s := range c.Script {
		if s.Name == "token" {
			c.At = i
		}
	}
	return nil
}
