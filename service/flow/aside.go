package flow

import (
	"certdesk/service"
)

// aside is the context at the right: the customer, certificates, what happened so far.
func (p *place) aside(entries []service.JournalEntry) []Panel {
	var out []Panel
	for _, panel := range []Panel{p.customerPanel(), p.certificatePanel(), p.historyPanel(entries)} {
		if len(panel.Lines) > 0 {
			out = append(out, panel)
		}
	}
	return out
}

func (p *place) customerPanel() Panel {
	pan := Panel{Title: service.T("客户", "Customer")}
	f := p.facts
	add := func(l, r string) {
		if l+r != "" {
			pan.Lines = append(pan.Lines, PanelLine{Left: service.Same(l), Right: service.Same(r)})
		}
	}
	add(f.Customer.Name, "")
	add(service.Mask(f.Customer.Number), "")
	if f.Case.Holder.Name != "" {
		pan.Lines = append(pan.Lines, PanelLine{Left: service.T("持证人 "+f.Case.Holder.Name, "Holder "+f.Case.Holder.Name), Right: service.Same(service.Mask(f.Case.Holder.Mobile))})
	}
	if f.Visit.Agent.Name != "" {
		pan.Lines = append(pan.Lines, PanelLine{Left: service.T("经办人 "+f.Visit.Agent.Name, "Agent "+f.Visit.Agent.Name), Right: service.Same(service.Mask(f.Visit.Agent.Mobile))})
	}
	return pan
}

var usageTitles = map[service.KeyUsage]service.Text{
	service.UsageSign:    service.T("签名", "sign"),
	service.UsageEncrypt: service.T("加密", "encrypt"),
	service.UsageBoth:    service.T("通用", "both"),
}

func (p *place) certificatePanel() Panel {
	pan := Panel{Title: service.T("证书", "Certificates")}
	for i, c := range p.facts.Known.Certificates {
		if i == 6 {
			break
		}
		st, u := c.StatusAt(p.facts.Now).Title(), usageTitles[c.Usage]
		until := service.Local(c.NotAfter).Format("2006-01-02")
		pan.Lines = append(pan.Lines, PanelLine{
			Left:  service.T(shortSerial(c.Serial)+" "+u.ZH+" "+st.ZH, shortSerial(c.Serial)+" "+u.EN+" "+st.EN),
			Right: service.T("至 "+until, "to "+until),
		})
	}
	return pan
}

func shortSerial(s string) string {
	if len(s) > 8 {
		return s[:8] + "…"
	}
	return s
}

func (p *place) historyPanel(entries []service.JournalEntry) Panel {
	pan := Panel{Title: service.T("经过", "So far")}
	for _, ev := range p.events(entries) {
		pan.Lines = append(pan.Lines, PanelLine{
			Left:  service.T(service.Local(ev.At).Format("15:04")+" "+ev.Text.ZH, service.Local(ev.At).Format("15:04")+" "+ev.Text.EN),
			Right: service.Same(ev.By),
		})
	}
	if n := len(pan.Lines); n > 8 {
		pan.Lines = pan.Lines[n-8:]
	}
	return pan
}

// events tells a case's history in the titles of its steps.
func (p *place) events(entries []service.JournalEntry) []Event {
	titles := map[string]service.Text{}
	for _, s := range p.def.Steps {
		titles[s.Name] = s.Title
	}
	var out []Event
	for _, j := range entries {
		t, ok := titles[j.Step]
		if !ok || j.State == service.StepStarted {
			continue
		}
		switch j.State {
		case service.StepFailed:
			t = service.T(t.ZH+"：未成功", t.EN+": failed")
		case service.StepUndone:
			t = service.T(t.ZH+"：重新打开", t.EN+": reopened")
		}
		out = append(out, Event{At: j.By.At, Text: t, By: j.By.Name})
	}
	return out
}
