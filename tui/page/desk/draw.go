package desk

import (
	"fmt"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/look"
	"certdesk/tui/part"
	"certdesk/tui/text"
)

// wide is the width from which the context stands at the right.
const wide = 110

// Draw writes the open prompt or the work; the context at the right, or alone where Tab asked for it.
func (p *Page) Draw(a look.Area) {
	p.wide = a.W >= wide
	if !p.wide {
		if p.aside && len(p.screen.Aside) > 0 {
			part.Panels(a.In(2, 0, a.W-4, a.H), p.screen.Aside, p.env.Lang)
			return
		}
		p.content(a.In(2, 0, a.W-4, a.H), p.heading())
		return
	}
	left := a.W * 3 / 5
	box := a.In(1, 1, left, a.H-1)
	p.content(box.Box(p.heading()).Inset(2, 1), "")
	part.Panels(a.In(left+1, 1, a.W-left-2, a.H-1), p.screen.Aside, p.env.Lang)
}

func (p *Page) heading() string {
	s := p.screen
	switch {
	case s.Need != "":
		return fmt.Sprintf(p.env.In(text.NeedTitle), p.env.In(permission(s.Need)))
	case s.Prompt != nil:
		return p.env.In(s.Prompt.Title)
	case s.Work != nil && len(s.Stepper) > 0:
		return p.stage()
	}
	return ""
}

func (p *Page) stage() string {
	for _, st := range p.screen.Stepper {
		if st.State == "now" {
			return p.env.In(st.Stage.Title())
		}
	}
	return ""
}

func permission(p service.Permission) service.Text {
	for _, r := range []service.Role{service.RoleReviewer, service.RoleMaker, service.RoleClerk, service.RoleSupervisor} {
		if r.May(p) {
			return r.Title()
		}
	}
	return service.Same(string(p))
}

// content writes a heading where there is no box to carry it, then the part that the screen asks with.
func (p *Page) content(a look.Area, heading string) {
	y := 0
	if heading != "" {
		a.Clip(0, 0, a.W, look.Heading, heading)
		y = 2
	}
	if p.as != nil {
		a.Right(a.W, 0, look.Warn, fmt.Sprintf(p.env.In(text.As), p.as.Name, p.env.In(p.as.Role.Title())))
		y = max(y, 2)
	}
	b := a.In(0, y, a.W, a.H-y)
	switch {
	case !p.loaded:
		b.Text(2, 0, look.Dim, p.env.In(p.doing))
	case p.work != nil:
		p.working(b)
	case p.screen.Closed:
		p.closed(b)
	case p.view != nil:
		p.prompt(b)
	}
}

func (p *Page) prompt(a look.Area) {
	y := p.note(a)
	foot := 2 + p.warningRows(a.W)
	h := min(p.view.rows(a.W), a.H-y-foot)
	p.view.draw(drawing{Area: a.In(0, y, a.W, h), focus: !p.addr.Busy()})
	y += h + 1
	y = p.warning(a, y)
	p.action(a, y)
}

// note is one or two lines under the title; what is to be read and confirmed carries its own.
func (p *Page) note(a look.Area) int {
	pr := p.screen.Prompt
	if _, reading := p.view.(*confirmView); pr == nil || reading || pr.Note.Zero() || p.screen.Need != "" {
		return 0
	}
	return a.Wrap(2, 0, a.W-2, look.Dim, p.env.In(pr.Note)) + 1
}

func (p *Page) warningText() string {
	if pr := p.screen.Prompt; pr != nil && p.screen.Need == "" {
		return p.env.In(pr.Warning)
	}
	return ""
}

func (p *Page) warningRows(w int) int {
	if s := p.warningText(); s != "" {
		return len(look.Wrap(s, w-4)) + 1
	}
	return 0
}

func (p *Page) warning(a look.Area, y int) int {
	s := p.warningText()
	if s == "" {
		return y
	}
	a.Text(2, y, look.Warn, "!")
	return a.Wrap(4, y, a.W-4, look.Warn, s) + 1
}

// action is the one primary action, or what is going on.
func (p *Page) action(a look.Area, y int) {
	y = min(y, a.H-1)
	if p.addr.Busy() {
		a.Text(2, y, look.Accent, "● "+p.env.In(p.doing))
		return
	}
	if v, ok := p.view.(*confirmView); ok && v.top < v.height-v.seen {
		a.Text(2, y, look.Dim, p.env.In(text.ReadOn))
		return
	}
	x := a.Text(2, y, look.Key, "F10")
	a.Clip(x+1, y, a.W-x-1, look.Strong, p.env.In(p.primaryText()))
}

func (p *Page) working(a look.Area) {
	w := p.work
	y := 0
	if p.screen.Work != nil && p.screen.Work.Token != "" {
		x := a.Text(2, 0, look.Dim, p.env.In(text.Token)) + 2
		a.Text(x, 0, look.Strong, p.screen.Work.Token)
		y = 2
	}
	y = part.Progress(a.In(2, y, a.W-4, a.H-y), 0, w.steps, p.env.Lang) + y + 1
	if !w.running {
		if failed(w.steps) {
			a.Clip(2, y, a.W-4, look.Warn, p.env.In(text.WorkStopped))
			y += 2
		}
		p.action(a, y)
		return
	}
	if w.keepIn {
		a.Center(y, look.Bad, p.env.In(text.KeepIn))
		y += 2
	}
	part.Meter(a, 2, y, 30, w.done(), len(w.steps))
	a.Text(35, y, look.Dim, fmt.Sprintf(p.env.In(text.WorkTime), part.Seconds(p.env.Now().Sub(w.from))))
	foot := text.WorkPlain
	if w.keepIn {
		foot = text.WorkFoot
	}
	a.Clip(2, min(a.H-1, y+2), a.W-2, look.Dim, p.env.In(foot))
}

func failed(steps []flow.WorkStep) bool {
	for _, s := range steps {
		if s.State == flow.WorkFailed {
			return true
		}
	}
	return false
}

func (p *Page) closed(a look.Area) {
	sign, st := "✓", look.Good
	if p.screen.Status == service.CancelledS {
		sign, st = "✗", look.Warn
	}
	a.Text(2, 1, st, sign)
	a.Text(4, 1, look.Strong, p.env.In(p.screen.Status.Title()))
	y := a.Wrap(4, 3, a.W-6, look.Normal, p.env.In(p.screen.Done))
	a.Text(4, y+1, look.Dim, p.env.In(text.ClosedNext))
	a.Cursor(2, 1)
}
