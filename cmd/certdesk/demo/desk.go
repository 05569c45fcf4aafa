package demo

import (
	"context"
	"fmt"

	"certdesk/service"
	"certdesk/service/flow"
)

// customerAtDesk plays the clerk, the customer and the drawer for one case.
type customerAtDesk struct {
	auto     *Auto
	visit    visit
	no       string
	inserted string
	wrong    int // old PINs that the token refused
	failures int // machine steps that failed in a row
}

func (c *customerAtDesk) next(ctx context.Context, s flow.Screen) error {
	engine := c.auto.app.Engine
	if s.Work != nil {
		if err := c.present(ctx, s.Work.Token); err != nil {
			return err
		}
		return c.patient(engine.Work(ctx, c.auto.clerk, c.no, nil))
	}
	ans, err := c.answer(ctx, s)
	if err != nil {
		return err
	}
	who := c.auto.clerk
	if s.Need != "" {
		who = c.auto.reviewer
	}
	ans.Step, ans.Version = s.Prompt.Step, s.Version
	err = engine.Answer(ctx, who, c.no, ans)
	if service.IsCode(err, service.PINWrong) && c.wrong < 2 {
		c.wrong++
		return nil
	}
	if err == nil && s.Prompt.Step == "handover" {
		return c.eject(ctx)
	}
	return err
}

// patient tries a failed machine step again, as a clerk would, a few times.
func (c *customerAtDesk) patient(err error) error {
	if err == nil {
		c.failures = 0
		return nil
	}
	if service.IsCode(err, service.TokenRemoved, service.TokenAbsent) {
		c.inserted = "" // it slipped out: put it back
	}
	if c.failures++; c.failures < 4 {
		return nil
	}
	return err
}

func (c *customerAtDesk) answer(ctx context.Context, s flow.Screen) (flow.Answer, error) {
	p := s.Prompt
	switch p.Type {
	case flow.PromptForm, flow.PromptCode, flow.PromptFile:
		return flow.Answer{Values: c.fill(p)}, nil
	case flow.PromptChoose:
		return c.choose(p), nil
	case flow.PromptToken:
		serial, err := c.token(ctx, p)
		return flow.Answer{Choice: serial}, err
	case flow.PromptSecret:
		return flow.Answer{Secrets: c.secrets(p)}, c.present(ctx, "")
	}
	return flow.Answer{}, nil
}

// fill types what the customer tells; what he has nothing to say to keeps its default.
func (c *customerAtDesk) fill(p *flow.Prompt) map[string]string {
	said := c.says()
	out := map[string]string{}
	for _, f := range p.Fields {
		v, ok := said[f.Name]
		switch {
		case !ok && len(f.Choices) > 0 && f.Value == "":
			v = f.Choices[c.visit.index%len(f.Choices)].Value
		case !ok && f.Required && f.Value == "":
			v = "A" + fmt.Sprint(1000+c.visit.index)
		case !ok:
			v = f.Value
		}
		out[f.Name] = v
	}
	if m := out["method"]; m != "" {
		out["method"], out["tradeNo"] = c.pays()
	}
	return out
}

func (c *customerAtDesk) says() map[string]string {
	cu := c.visit.customer
	said := map[string]string{"number": c.visit.number(), "address": cu.Address, "phone": cu.OrgPhone, "answer": cu.Answer,
		"agent.name": cu.Agent.Name, "agent.number": cu.Agent.Number, "agent.mobile": cu.Agent.Mobile}
	if cu.Type == service.Individual {
		said["name"], said["mobile"] = cu.Holder.Name, cu.Holder.Mobile
		return said
	}
	said["name"] = cu.OrgName
	said["holder.name"], said["holder.number"], said["holder.mobile"] = cu.Holder.Name, cu.Holder.Number, cu.Holder.Mobile
	return said
}

func (c *customerAtDesk) pays() (method, tradeNo string) {
	ms := service.Methods()
	m := ms[c.visit.index%4]
	if m == service.Cash {
		return string(m), ""
	}
	return string(m), fmt.Sprintf("T%08d", 20260000+c.visit.index)
}

func (c *customerAtDesk) choose(p *flow.Prompt) flow.Answer {
	if p.Multi {
		var all []string
		for _, ch := range p.Choices {
			all = append(all, ch.Value)
		}
		return flow.Answer{Chosen: all}
	}
	switch p.Step {
	case "type":
		return flow.Answer{Choice: string(c.visit.customer.Type)}
	case "project":
		return flow.Answer{Choice: p.Choices[c.visit.index%len(p.Choices)].Value}
	}
	return flow.Answer{Choice: p.Choices[0].Value}
}

// secrets are what the customer types unseen. Asked for the old PIN, he tries what it can be: the one the token left with, or one of
// the two that he made up today, where the change happened before the power went. The new one always differs from the old.
func (c *customerAtDesk) secrets(p *flow.Prompt) map[string][]byte {
	v := c.visit
	first, second := PIN(v.seed, v.index, false), PIN(v.seed, v.index, true)
	out := map[string][]byte{"new": first}
	for _, f := range p.Secrets {
		if f.Name != "old" {
			continue
		}
		out["old"] = [][]byte{PIN(v.seed, v.earlier, false), first, second}[c.wrong]
		if c.wrong == 1 {
			out["old"], out["new"] = first, second
		}
	}
	return out
}
