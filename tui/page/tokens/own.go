package tokens

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/page/over"
	"certdesk/tui/text"
)

// booked is what came of booking a token as a member of staff's own, or as any other again.
type booked struct{ err error }

// selected is the token that the page stands on.
func (p *Page) selected() (service.TokenInfo, bool) {
	list := p.env.Shell.Tokens()
	if len(list) == 0 {
		return service.TokenInfo{}, false
	}
	return list[min(p.at, len(list)-1)], true
}

// says is maker and model, and whether it is a member of staff's own.
func (p *Page) says(t service.TokenInfo) string {
	s := t.Manufacturer + " " + t.Model
	if t.Staff {
		s = p.env.In(text.TokenStaffS) + " · " + s
	}
	return s
}

func (p *Page) ownBinding() keys.Binding {
	b := keys.Binding{Act: keys.Override, Label: text.TokenOwn}
	switch t, ok := p.selected(); {
	case !ok:
		b.Off = text.TokenNone1
	case t.Staff:
		b.Label = text.TokenOwnOff
	}
	return b
}

// own books the selected token on a supervisor's word.
func (p *Page) own() tea.Cmd {
	t, ok := p.selected()
	if !ok {
		return nil
	}
	env, title := p.env, p.env.In(p.ownBinding().Label)
	return env.Shell.Push(over.NewAuth(env, title, service.MayOverride, false, false, func(who service.Actor, _ string) tea.Cmd {
		return env.Ask(&p.addr, true, func(ctx context.Context) any {
			return booked{err: env.Tokens.OwnToken(ctx, who, t.Serial, !t.Staff)}
		})
	}).About(fmt.Sprintf(env.In(text.TokenOwnNote), t.Serial)))
}
