package desk

import (
	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/text"
)

// Bindings are the keys that the open prompt knows; those that do nothing now say why.
func (p *Page) Bindings() []keys.Binding {
	if !p.loaded {
		return []keys.Binding{{Act: keys.Back, Label: text.KeyBack}}
	}
	bs := append(p.own(), p.primaryKey()...)
	back := keys.Binding{Act: keys.Back, Label: text.KeyLeave}
	if p.screen.Closed {
		back.Label = text.KeyBack
	}
	if p.screen.CanBack {
		back.Label = text.StepBack
		bs = append(bs, back, keys.Binding{Act: keys.Escape, Label: text.KeyLeave, Quiet: true})
	} else {
		bs = append(bs, back)
	}
	if !p.form() && !p.wide && len(p.screen.Aside) > 0 {
		bs = append(bs, keys.Binding{Act: keys.Tab, Label: text.KeyContext})
	}
	return append(bs,
		keys.Binding{Act: keys.Refresh, Label: text.KeyRefresh, Quiet: true},
		keys.Binding{Act: keys.Cancel, Label: text.KeyCancel, Off: unless(p.screen.CanCancel, text.NoCancel)},
	)
}

func unless(ok bool, why service.Text) service.Text {
	if ok {
		return service.Text{}
	}
	return why
}

func (p *Page) primaryKey() []keys.Binding {
	if p.screen.Closed {
		return []keys.Binding{{Act: keys.Enter, Label: text.KeyFirst}, {Act: keys.Submit, Label: text.KeyFirst, Quiet: true}}
	}
	// The primary action stands in the page itself.
	return []keys.Binding{{Act: keys.Submit, Label: p.primaryText(), Quiet: true}}
}

func (p *Page) primaryText() service.Text {
	switch s := p.screen; {
	case s.Need != "":
		return text.KeyOK
	case s.Prompt != nil && !s.Prompt.Primary.Zero():
		return s.Prompt.Primary
	case s.Work != nil && !s.Work.Primary.Zero():
		return s.Work.Primary
	}
	return text.KeyOK
}

// own are the keys of the prompt's kind.
func (p *Page) own() []keys.Binding {
	switch v := p.view.(type) {
	case *formView:
		return p.formKeys(v)
	case *chooseView:
		return v.keys()
	case *needView:
		return []keys.Binding{{Act: keys.Text, Name: "1 2", Label: text.KeyChoose}}
	case *confirmView:
		bs := []keys.Binding{{Act: keys.Up, Name: "↑↓", Label: text.KeyRead, Quiet: !v.long}}
		if pr := p.screen.Prompt; !pr.Refuse.Zero() {
			bs = append(bs, keys.Binding{Act: keys.Override, Label: pr.Refuse})
		}
		return bs
	case *tokenView:
		bs := []keys.Binding{{Act: keys.Enter, Label: text.KeyOK, Quiet: true}}
		if p.env.Drawer != nil {
			bs = append(bs, keys.Binding{Act: keys.List, Label: text.DrawerTitle})
		}
		return p.withReplace(bs)
	case *secretView:
		return []keys.Binding{{Act: keys.Enter, Label: text.KeyNext}}
	case nil:
		if p.screen.Work != nil {
			return p.withReplace(nil)
		}
	}
	return nil
}

func (p *Page) withReplace(bs []keys.Binding) []keys.Binding {
	return append(bs, keys.Binding{Act: keys.Override, Label: text.KeyReplace, Off: unless(p.screen.CanReplace, text.NoReplace)})
}

func (p *Page) formKeys(v *formView) []keys.Binding {
	fd, _ := v.form.Current()
	_, failing := v.form.Failing()
	_, known := p.env.Memory[p.memory(fd.Name)]
	return []keys.Binding{
		{Act: keys.Enter, Label: text.KeyNext},
		{Act: keys.Override, Label: text.KeyPass, Off: unless(failing, text.NoPass)},
		{Act: keys.List, Label: text.KeyList, Off: unless(len(fd.Choices) > 0, text.NoList)},
		{Act: keys.Repeat, Label: text.KeyRepeat, Off: unless(known, text.NothingLast)},
	}
}
