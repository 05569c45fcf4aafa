// Package keys turns key presses into what they mean, and describes which of them work now. Bindings are data: the footer, the help
// page and the reason why a key does nothing are all read from them.
package keys

import "certdesk/service"

// Action is what a key means, whatever key was used for it.
type Action int

// Actions. The first group edits and moves, the second are the function keys of the counter.
const (
	None  Action = iota
	Text         // Event.Text was typed
	Paste        // Event.Text was pasted
	Enter
	Tab
	BackTab
	Up
	Down
	Left
	Right
	Home
	End
	PageUp
	PageDown
	Backspace
	Delete
	Clear  // empties the field
	Escape // closes what lies on top

	Help     // F1
	Back     // F3
	List     // F4
	Refresh  // F5
	Override // F8
	Repeat   // F9
	Submit   // F10
	Cancel   // F12
	Lock     // Ctrl+L
	Quit     // Ctrl+C
)

// Event is one key press, understood.
type Event struct {
	Act  Action
	Text string
}

// Binding is one key that a page answers to.
type Binding struct {
	Act   Action
	Name  string       // shown instead of the action's own key: "1 2 3", "↑↓"
	Label service.Text // what it does here
	// Off is why it does nothing at present; empty where it works. Such a key is not in the footer, and says why when pressed.
	Off service.Text
	// Quiet keys work and are listed by the help, but not in the footer.
	Quiet bool
}

// On reports whether the key works now.
func (b Binding) On() bool { return b.Off.Zero() }

// Cap is the key's name as printed on keyboards.
func (b Binding) Cap() string {
	if b.Name != "" {
		return b.Name
	}
	return names[b.Act]
}

// Twins are the other ways to press it, for terminals that keep F keys for themselves; "" where there is none.
func (b Binding) Twins() string { return twins[b.Act] }

var names = map[Action]string{
	Enter: "Enter", Tab: "Tab", Up: "↑", Down: "↓", Left: "←", Right: "→", PageUp: "PgUp", PageDown: "PgDn", Escape: "Esc",
	Help: "F1", Back: "F3", List: "F4", Refresh: "F5", Override: "F8", Repeat: "F9", Submit: "F10", Cancel: "F12", Lock: "Ctrl+L", Quit: "Ctrl+C",
}

var twins = map[Action]string{
	Help: "Esc 1, Ctrl+G", Back: "Esc 3, Ctrl+B", List: "Esc 4, Ctrl+O", Refresh: "Esc 5, Ctrl+R", Override: "Esc 8, Ctrl+P",
	Repeat: "Esc 9, Ctrl+D", Submit: "Esc 0, Ctrl+S", Cancel: "Esc -, Ctrl+X",
}

// Find gives the binding of an action.
func Find(bs []Binding, a Action) (Binding, bool) {
	for _, b := range bs {
		if b.Act == a {
			return b, true
		}
	}
	return Binding{}, false
}
