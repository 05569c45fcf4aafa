package part

import (
	"strings"
	"unicode"

	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
)

// Kind is what a field takes.
type Kind int

// Kinds of fields.
const (
	Any    Kind = iota // text in any language
	Number             // printable ASCII without blanks, upper-cased
	Digits
	Money // yuan, right-aligned
	Secret
)

// KindOf is the kind of a prompt's field.
func KindOf(t flow.FieldType) Kind {
	switch t {
	case flow.FieldNumber:
		return Number
	case flow.FieldDigits:
		return Digits
	case flow.FieldMoney:
		return Money
	}
	return Any
}

// Field is a one-line input with a scroll of its own. The zero Field takes any text of up to 64 characters.
type Field struct {
	Kind  Kind
	Max   int // most characters; 0: 64
	Group int // a blank is shown after every Group characters; 0: none
	value []rune
	at    int  // the cursor stands before value[at]
	from  int  // first character shown
	whole bool // the value is taken as a whole: the next typed character replaces it
}

// Value is what stands in the field, without blanks at its ends.
func (f *Field) Value() string { return strings.TrimSpace(string(f.value)) }

// Bytes gives a secret as bytes, for the caller to wipe.
func (f *Field) Bytes() []byte {
	b := make([]byte, len(f.value))
	for i, r := range f.value {
		b[i] = byte(r) // a secret field holds ASCII only
	}
	return b
}

// Take gives a secret as bytes, for the caller to wipe, and wipes the field.
func (f *Field) Take() []byte {
	b := f.Bytes()
	f.Wipe()
	return b
}

// Len is the number of characters.
func (f *Field) Len() int { return len(f.value) }

// Set replaces the value and puts the cursor behind it. An amount is then taken as a whole: typing replaces it.
func (f *Field) Set(s string) {
	f.Wipe()
	for _, r := range s {
		f.insert(r)
	}
	f.whole = f.Kind == Money && len(f.value) > 0
}

// Wipe empties the field and overwrites what stood in it.
func (f *Field) Wipe() {
	clear(f.value[:cap(f.value)])
	f.value, f.at, f.from, f.whole = f.value[:0], 0, 0, false
}

func (f *Field) limit() int {
	if f.Max > 0 {
		return f.Max
	}
	return 64
}

// Key edits the field; it reports whether the key was one for it and whether the value changed.
func (f *Field) Key(ev keys.Event) (used, changed bool) {
	switch ev.Act {
	case keys.Text, keys.Paste:
		return true, f.typed(ev.Text)
	case keys.Backspace, keys.Delete, keys.Clear:
		return true, f.erase(ev.Act)
	case keys.Left, keys.Right, keys.Home, keys.End:
		f.whole = false
		f.move(ev.Act)
		return true, false
	}
	return false, false
}

func (f *Field) typed(s string) bool {
	if f.whole {
		f.Wipe()
	}
	changed := false
	for _, r := range s {
		changed = f.insert(r) || changed
	}
	return changed
}

func (f *Field) insert(r rune) bool {
	r, ok := f.accept(r)
	if !ok || len(f.value) >= f.limit() {
		return false
	}
	f.value = grow(f.value)
	copy(f.value[f.at+1:], f.value[f.at:])
	f.value[f.at] = r
	f.at++
	return true
}

// grow adds one place; a backing array that becomes too small is overwritten before it is left behind.
func grow(v []rune) []rune {
	if len(v) < cap(v) {
		return v[:len(v)+1]
	}
	n := make([]rune, len(v)+1, 2*len(v)+16)
	copy(n, v)
	clear(v)
	return n
}

// accept folds full-width forms in numbers and amounts, and refuses what the field does not take. Control and format characters are
// never taken, so that a paste cannot move the screen or hide text.
func (f *Field) accept(r rune) (rune, bool) {
	if f.Kind != Any {
		r = fold(r)
	}
	switch f.Kind {
	case Digits:
		return r, r >= '0' && r <= '9'
	case Money:
		return r, r >= '0' && r <= '9' || r == '.' && !strings.ContainsRune(string(f.value), '.')
	case Number:
		return unicode.ToUpper(r), r > 0x20 && r < 0x7f
	case Secret:
		return r, r > 0x20 && r < 0x7f
	}
	if r == '\t' || r == 0x3000 {
		r = ' '
	}
	return r, look.Shown(r) == r && (r != ' ' || f.at > 0)
}

// fold gives the ASCII form of a full-width one (U+FF01–FF5E), and the point that Chinese input methods type.
func fold(r rune) rune {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xff01 + '!'
	case r == '。':
		return '.'
	}
	return r
}

func (f *Field) erase(a keys.Action) bool {
	before := len(f.value)
	switch {
	case a == keys.Clear || f.whole:
		f.Wipe()
	case a == keys.Backspace && f.at > 0:
		end := f.at
		f.move(keys.Left)
		f.cut(f.at, end)
	case a == keys.Delete && f.at < len(f.value):
		end := f.at + 1
		for end < len(f.value) && look.RuneWidth(f.value[end]) == 0 {
			end++
		}
		f.cut(f.at, end)
	}
	return len(f.value) != before
}

func (f *Field) cut(from, to int) {
	n := copy(f.value[from:], f.value[to:])
	clear(f.value[from+n:])
	f.value = f.value[:from+n]
}

// move goes by whole characters: marks stay with what they sit on.
func (f *Field) move(a keys.Action) {
	switch a {
	case keys.Home:
		f.at = 0
	case keys.End:
		f.at = len(f.value)
	case keys.Left:
		for f.at > 0 {
			if f.at--; look.RuneWidth(f.value[f.at]) > 0 {
				break
			}
		}
	case keys.Right:
		for f.at < len(f.value) {
			if f.at++; f.at == len(f.value) || look.RuneWidth(f.value[f.at]) > 0 {
				break
			}
		}
	}
}
