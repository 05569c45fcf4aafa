package part

import (
	"strconv"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
)

// Key takes one key event.
func (f *Form) Key(ev keys.Event) Step {
	if f.at >= len(f.items) {
		return Ignored
	}
	switch ev.Act {
	case keys.Enter, keys.Tab:
		return f.next(ev.Act == keys.Enter)
	case keys.Down:
		return f.next(false)
	case keys.Up, keys.BackTab:
		return f.go1(-1)
	}
	return f.edit(ev)
}

func (f *Form) edit(ev keys.Event) Step {
	it := &f.items[f.at]
	if it.Locked {
		return Ignored
	}
	if it.Type == flow.FieldChoice {
		return f.choose(ev)
	}
	if s := f.padKeys(it, ev); s != Ignored {
		return s
	}
	used, changed := it.in.Key(ev)
	if !used {
		return Ignored
	}
	if changed {
		it.err, it.waive, f.dirty = nil, "", true
		if it.Fixed > 0 && it.in.Len() == it.Fixed && it.in.at == it.Fixed {
			return f.full()
		}
	}
	return Used
}

// padKeys lets + and − of the number pad go to the next and the previous field, where they cannot be typed.
func (f *Form) padKeys(it *item, ev keys.Event) Step {
	if ev.Act != keys.Text || it.in.Kind != Digits && it.in.Kind != Money {
		return Ignored
	}
	switch ev.Text {
	case "+":
		return f.next(false)
	case "-":
		return f.go1(-1)
	}
	return Ignored
}

// full is a fixed-length field that was filled: on to the next, but never by itself out of the form.
func (f *Form) full() Step {
	if !f.check(f.at) || f.at == f.lastOpen() {
		return Used
	}
	return f.go1(1)
}

func (f *Form) choose(ev keys.Event) Step {
	it := &f.items[f.at]
	switch {
	case ev.Act == keys.Left:
		f.picked(max(0, it.pick-1))
	case ev.Act == keys.Right || ev.Act == keys.Text && ev.Text == " ":
		f.picked((it.pick + 1) % len(it.Choices))
	case ev.Act == keys.Text:
		return f.digit(ev.Text)
	default:
		return Ignored
	}
	return Used
}

func (f *Form) picked(i int) {
	it := &f.items[f.at]
	it.pick, it.err, it.waive, f.dirty = i, nil, "", true
}

func (f *Form) digit(s string) Step {
	for i, c := range f.items[f.at].Choices {
		if c.Key == string(fold([]rune(s)[0])) {
			f.picked(i)
			if f.at == f.lastOpen() {
				return Used
			}
			return f.go1(1)
		}
	}
	return Used
}

func (f *Form) lastOpen() int {
	for i := len(f.items) - 1; i >= 0; i-- {
		if !f.items[i].Locked {
			return i
		}
	}
	return 0
}

// next leaves the field forwards; at the last one Enter means submit. A field whose value fails is not left by Enter.
func (f *Form) next(enter bool) Step {
	ok := f.check(f.at)
	if enter && !ok {
		return Used
	}
	if f.at == f.lastOpen() {
		if enter {
			return Last
		}
		return Used
	}
	return f.go1(1)
}

func (f *Form) go1(d int) Step {
	if d < 0 && f.holds(f.at) {
		f.check(f.at)
	}
	for i := f.at + d; i >= 0 && i < len(f.items); i += d {
		if !f.items[i].Locked {
			f.at = i
			return Moved
		}
	}
	return Used
}

func keyLabel(i int, c flow.Choice, lang service.Lang) string {
	k := c.Key
	if k == "" {
		k = strconv.Itoa(i + 1)
	}
	return k + " " + c.Label.In(lang)
}
