package over

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// Fault shows an error: title, cause, what is safe, what to do, and the number under which the log has the rest.
type Fault struct {
	base
	fault page.Fault
	words text.Explanation
	id    string
	at    int
}

// NewFault builds the box for an error with its number.
func NewFault(env *page.Env, f page.Fault, id string) *Fault {
	return &Fault{base: newBase(env), fault: f, words: text.Explain(f.Err, env.Lang), id: id}
}

// Key chooses a way on. Without ways Enter and Esc close; with ways one must be chosen.
func (f *Fault) Key(ev keys.Event) tea.Cmd {
	ways := f.fault.Ways
	if len(ways) == 0 {
		if ev.Act == keys.Enter || ev.Act == keys.Escape || ev.Act == keys.Submit || ev.Act == keys.Back {
			f.env.Shell.Drop(f)
		}
		return nil
	}
	switch ev.Act {
	case keys.Up:
		f.at = max(0, f.at-1)
	case keys.Down, keys.Tab:
		f.at = min(len(ways)-1, f.at+1)
	case keys.Enter, keys.Submit:
		return f.take(f.at)
	case keys.Text:
		if n, err := strconv.Atoi(ev.Text); err == nil && n > 0 && n <= len(ways) {
			return f.take(n - 1)
		}
	case keys.Escape, keys.Back:
		f.env.Shell.Toast(f.env.In(text.FaultMust), false)
	}
	return nil
}

func (f *Fault) take(i int) tea.Cmd {
	f.env.Shell.Drop(f)
	return f.fault.Ways[i].Do()
}

// Bindings of the box.
func (f *Fault) Bindings() []keys.Binding {
	if len(f.fault.Ways) == 0 {
		return []keys.Binding{{Act: keys.Enter, Label: text.FaultOK}, {Act: keys.Submit, Label: text.FaultOK, Quiet: true}, {Act: keys.Back, Label: text.FaultOK, Quiet: true}}
	}
	return []keys.Binding{
		{Act: keys.Text, Name: digits(len(f.fault.Ways)), Label: text.KeyChoose}, {Act: keys.Enter, Label: text.KeyOK},
		{Act: keys.Submit, Label: text.KeyOK, Quiet: true}, {Act: keys.Back, Label: text.KeyBack, Quiet: true},
	}
}

func digits(n int) string {
	s := ""
	for i := 1; i <= n; i++ {
		s += strconv.Itoa(i) + " "
	}
	return s[:len(s)-1]
}

// Draw writes the box of the design's fourth sketch.
func (f *Fault) Draw(a look.Area) {
	const w = 64
	in := box(a, f.env.In(text.FaultTitle), w, f.height(w-8)+4)
	y := in.Wrap(0, 0, in.W, look.Bad, f.words.Title) + 1
	lw := f.labels() + 2
	in.Text(0, y, look.Dim, f.env.In(text.FaultCause))
	y = in.Wrap(lw, y, in.W-lw, look.Normal, f.words.Cause)
	if f.fault.Safe {
		y = in.Wrap(0, y, in.W, look.Normal, f.env.In(text.FaultSafe))
	}
	y = f.next(in, y+1, lw)
	x := in.Text(0, y+1, look.Dim, f.env.In(text.FaultNo)+" ")
	in.Text(x, y+1, look.Strong, f.id)
}

func (f *Fault) next(in look.Area, y, lw int) int {
	in.Text(0, y, look.Dim, f.env.In(text.FaultNext))
	y = in.Wrap(lw, y, in.W-lw, look.Normal, f.words.Next)
	for i, way := range f.fault.Ways {
		st := look.Normal
		if i == f.at {
			st = look.Accent
			in.Text(lw-2, y, st, "▸")
			in.Cursor(lw-2, y)
		}
		in.Text(lw, y, look.Key, strconv.Itoa(i+1))
		y = in.Wrap(lw+3, y, in.W-lw-3, st, f.env.In(way.Label))
	}
	return y
}

func (f *Fault) labels() int {
	w := 0
	for _, t := range []service.Text{text.FaultCause, text.FaultNext} {
		w = max(w, look.Width(f.env.In(t)))
	}
	return w
}

// height is how many rows the content takes in w columns.
func (f *Fault) height(w int) int {
	lw := f.labels() + 2
	n := len(look.Wrap(f.words.Title, w)) + 1 + len(look.Wrap(f.words.Cause, w-lw)) + 1 + len(look.Wrap(f.words.Next, w-lw)) + 2
	if f.fault.Safe {
		n += len(look.Wrap(f.env.In(text.FaultSafe), w))
	}
	for _, way := range f.fault.Ways {
		n += len(look.Wrap(f.env.In(way.Label), w-lw-3))
	}
	return n
}
