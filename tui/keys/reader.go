package keys

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// EscWait is how long Esc waits for the digit that makes it a function key, before it means Esc alone.
const EscWait = 700 * time.Millisecond

// Reader understands key presses. It is the one place that knows the twins of the function keys: Esc then a digit (also as Alt with
// a digit, which is what a quick Esc looks like on the wire), and Ctrl with a letter.
type Reader struct{ esc bool }

// Read gives the event of a key press. Esc gives None and waiting true: what it means depends on the next key, or on Timeout.
// Where another key than a digit follows, two events come.
func (r *Reader) Read(k tea.KeyPressMsg) (events []Event, waiting bool) {
	if k.Code == tea.KeyEscape && k.Mod == 0 {
		was := r.esc
		r.esc = !was
		if was {
			return []Event{{Act: Escape}}, false
		}
		return nil, true
	}
	ev := understand(k)
	if !r.esc {
		return keep(ev), false
	}
	r.esc = false
	if a, ok := afterEsc[ev.Text]; ok && ev.Act == Text {
		return []Event{{Act: a}}, false
	}
	return append([]Event{{Act: Escape}}, keep(ev)...), false
}

// Timeout says that no digit followed an Esc in time.
func (r *Reader) Timeout() []Event {
	if !r.esc {
		return nil
	}
	r.esc = false
	return []Event{{Act: Escape}}
}

func keep(ev Event) []Event {
	if ev.Act == None {
		return nil
	}
	return []Event{ev}
}

func understand(k tea.KeyPressMsg) Event {
	switch {
	case k.Mod.Contains(tea.ModAlt):
		return Event{Act: afterEsc[string(k.Code)]}
	case k.Mod.Contains(tea.ModCtrl):
		return Event{Act: ctrl[k.Code]}
	case k.Code == tea.KeyTab && k.Mod.Contains(tea.ModShift):
		return Event{Act: BackTab}
	}
	if a, ok := codes[k.Code]; ok {
		return Event{Act: a}
	}
	if k.Text != "" {
		return Event{Act: Text, Text: k.Text}
	}
	if s, ok := pad[k.Code]; ok {
		return Event{Act: Text, Text: s}
	}
	return Event{}
}

var afterEsc = map[string]Action{
	"1": Help, "3": Back, "4": List, "5": Refresh, "8": Override, "9": Repeat, "0": Submit, "-": Cancel,
}

var ctrl = map[rune]Action{
	'g': Help, 'b': Back, 'o': List, 'r': Refresh, 'p': Override, 'd': Repeat, 's': Submit, 'x': Cancel,
	'l': Lock, 'c': Quit, 'q': Quit, 'u': Clear, 'a': Home, 'e': End, 'h': Backspace, 'j': Enter, 'm': Enter, 'n': Down, 'i': Tab,
}

var codes = map[rune]Action{
	tea.KeyEnter: Enter, tea.KeyKpEnter: Enter, tea.KeyTab: Tab, tea.KeyBackspace: Backspace, tea.KeyDelete: Delete, tea.KeyKpDelete: Delete,
	tea.KeyUp: Up, tea.KeyDown: Down, tea.KeyLeft: Left, tea.KeyRight: Right, tea.KeyHome: Home, tea.KeyEnd: End,
	tea.KeyPgUp: PageUp, tea.KeyPgDown: PageDown, tea.KeyKpUp: Up, tea.KeyKpDown: Down, tea.KeyKpLeft: Left, tea.KeyKpRight: Right,
	tea.KeyKpHome: Home, tea.KeyKpEnd: End, tea.KeyKpPgUp: PageUp, tea.KeyKpPgDown: PageDown,
	tea.KeyF1: Help, tea.KeyF3: Back, tea.KeyF4: List, tea.KeyF5: Refresh, tea.KeyF7: PageUp, tea.KeyF8: Override, tea.KeyF9: Repeat,
	tea.KeyF10: Submit, tea.KeyF12: Cancel,
}

// pad is what the number pad types where the terminal reports its keys apart.
var pad = map[rune]string{
	tea.KeyKp0: "0", tea.KeyKp1: "1", tea.KeyKp2: "2", tea.KeyKp3: "3", tea.KeyKp4: "4", tea.KeyKp5: "5", tea.KeyKp6: "6", tea.KeyKp7: "7",
	tea.KeyKp8: "8", tea.KeyKp9: "9", tea.KeyKpDecimal: ".", tea.KeyKpComma: ",", tea.KeyKpPlus: "+", tea.KeyKpMinus: "-",
	tea.KeyKpMultiply: "*", tea.KeyKpDivide: "/", tea.KeyKpEqual: "=",
}
