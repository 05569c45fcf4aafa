package part

import (
	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/text"
)

// Step is what a form says to a key.
type Step int

// What a key did.
const (
	Ignored Step = iota
	Used         // the form took it
	Moved        // another field has the focus
	Last         // Enter, or a full field, at the end: submit
)

// item is one line of a form.
type item struct {
	flow.Field
	in    Field
	pick  int    // of Choices; -1: none
	err   error  // why the value does not do
	waive string // who let a failing value pass
}

// Form is a list of fields with one focus. Values are checked when the cursor leaves a field, and all of them on Submit.
type Form struct {
	items  []item
	at     int
	top    int // first row shown
	lang   service.Lang
	dirty  bool
	labels int // width of the label column
}

// NewForm builds a form; the focus stands on the first field that is not locked, and is empty if there is one.
func NewForm(fs []flow.Field, lang service.Lang) *Form {
	f := &Form{lang: lang}
	for _, fd := range fs {
		it := item{Field: fd, in: Field{Kind: KindOf(fd.Type), Max: max(fd.Max, fd.Fixed)}, pick: -1}
		it.in.Set(fd.Value)
		for i, c := range fd.Choices {
			if c.Value == fd.Value {
				it.pick = i
			}
		}
		f.items = append(f.items, it)
	}
	f.labels = f.labelWidth()
	f.at = f.start()
	return f
}

func (f *Form) start() int {
	first := -1
	for i := range f.items {
		if f.items[i].Locked {
			continue
		}
		if first < 0 {
			first = i
		}
		if f.items[i].Required && !f.holds(i) {
			return i
		}
	}
	return max(0, first)
}

func (f *Form) value(i int) string {
	it := &f.items[i]
	if it.Type == flow.FieldChoice {
		if it.pick < 0 {
			return ""
		}
		return it.Choices[it.pick].Value
	}
	return it.in.Value()
}

// holds reports whether there is a value; of a secret no text is made for it.
func (f *Form) holds(i int) bool {
	if f.items[i].in.Kind == Secret {
		return f.items[i].in.Len() > 0
	}
	return f.value(i) != ""
}

// Values gives every field's value by name.
func (f *Form) Values() map[string]string {
	m := map[string]string{}
	for i := range f.items {
		if f.items[i].in.Kind != Secret {
			m[f.items[i].Name] = f.value(i)
		}
	}
	return m
}

// Hide makes a field a password: it echoes dots, and its value is only given by Secret.
func (f *Form) Hide(name string) *Form {
	for i := range f.items {
		if f.items[i].Name == name {
			f.items[i].in.Kind = Secret
		}
	}
	return f
}

// Secret takes the value of a hidden field and wipes it in the form. The caller wipes what it gets.
func (f *Form) Secret(name string) []byte {
	for i := range f.items {
		if f.items[i].Name == name {
			return f.items[i].in.Take()
		}
	}
	return nil
}

// Wipe empties the hidden fields and overwrites what stood in them.
func (f *Form) Wipe() {
	for i := range f.items {
		if f.items[i].in.Kind == Secret {
			f.items[i].in.Wipe()
		}
	}
}

// Group shows the values in groups of n characters, as codes are read out.
func (f *Form) Group(n int) {
	for i := range f.items {
		f.items[i].in.Group = n
	}
}

// Dirty reports whether anything was changed since Saved.
func (f *Form) Dirty() bool { return f.dirty }

// Saved notes that the values are kept.
func (f *Form) Saved() { f.dirty = false }

// Current is the field with the focus; false where a form has none.
func (f *Form) Current() (flow.Field, bool) {
	if f.at >= len(f.items) {
		return flow.Field{}, false
	}
	return f.items[f.at].Field, true
}

// Typing reports whether letters go into the focused field.
func (f *Form) Typing() bool {
	fd, ok := f.Current()
	return ok && !fd.Locked && fd.Type != flow.FieldChoice
}

// Put sets a field's value, as a list of values or F9 does.
func (f *Form) Put(name, value string) {
	for i := range f.items {
		it := &f.items[i]
		if it.Name != name || it.Locked {
			continue
		}
		it.err, it.waive, f.dirty = nil, "", true
		it.in.Set(value)
		for k, c := range it.Choices {
			if c.Value == value {
				it.pick = k
			}
		}
	}
}

// Fail puts an error at a field and the focus on it; false where the form has no such field.
func (f *Form) Fail(name string, err error) bool {
	for i := range f.items {
		if f.items[i].Name == name {
			f.items[i].err, f.at = err, i
			return true
		}
	}
	return false
}

// Failing is the focused field where its value fails its check and a supervisor may let it pass.
func (f *Form) Failing() (flow.Field, bool) {
	fd, ok := f.Current()
	return fd, ok && fd.Override && f.items[f.at].err != nil && f.holds(f.at)
}

// Word is what is wrong with the focused field.
func (f *Form) Word() string { return f.word(&f.items[f.at]) }

// Waive lets the focused field's value pass on somebody's word.
func (f *Form) Waive(who string) { f.items[f.at].waive, f.items[f.at].err = who, nil }

// check runs a field's own rule and keeps its word at the field.
func (f *Form) check(i int) bool {
	it := &f.items[i]
	if it.Locked || it.waive != "" {
		return true
	}
	it.err = nil
	switch holds := f.holds(i); {
	case !holds && it.Required:
		it.err = service.E(service.InputRequired, "part.Form", service.Args{"field": it.Name}, nil)
	case holds && it.Check != nil && it.in.Kind != Secret: // a secret is checked by who takes it, as bytes
		it.err = f.norm(i)
	}
	return it.err == nil
}

// norm runs the field's own check and puts the value into its normal form.
func (f *Form) norm(i int) error {
	it, v := &f.items[i], f.value(i)
	norm, err := it.Check(v)
	if err == nil && norm != v && it.Type != flow.FieldChoice {
		it.in.Set(norm)
		f.dirty = true
	}
	return err
}

// Ready checks every field; the focus goes to the first that fails.
func (f *Form) Ready() bool {
	bad := -1
	for i := range f.items {
		if !f.check(i) && bad < 0 {
			bad = i
		}
	}
	if bad >= 0 {
		f.at = bad
	}
	return bad < 0
}

// word is a field's error in a few words.
func (f *Form) word(it *item) string { return text.At(it.err, f.lang) }
