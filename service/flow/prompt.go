package flow

import (
	"time"

	"certdesk/service"
)

// PromptType is the closed set of ways to ask the clerk.
type PromptType string

// Prompt types. Which parts of Prompt apply stands beside each.
const (
	PromptForm    PromptType = "form"    // Fields
	PromptChoose  PromptType = "choose"  // Choices; one, or several where Multi
	PromptSecret  PromptType = "secret"  // Secrets, typed by the customer
	PromptCode    PromptType = "code"    // Fields[0], a code in groups
	PromptToken   PromptType = "token"   // wait for a token; the answer's Choice is its serial
	PromptFile    PromptType = "file"    // Fields[0], a path; attach
	PromptConfirm PromptType = "confirm" // Table and Facts to read, then yes
	PromptReport  PromptType = "report"  // Table and Facts to read, then on
)

// FieldType decides keys, alignment and the input method.
type FieldType string

// Field types.
const (
	FieldText   FieldType = "text"   // Chinese allowed
	FieldNumber FieldType = "number" // an identity or other number: ASCII letters and digits, upper-cased
	FieldDigits FieldType = "digits"
	FieldMoney  FieldType = "money"  // yuan, right-aligned; never takes typed-ahead keys
	FieldChoice FieldType = "choice" // one of Choices; digits choose, F4 lists
)

// Field is one line of a form. Check is pure and quick: it runs when the cursor leaves the field.
type Field struct {
	Name     string
	Label    service.Text
	Hint     service.Text // shown dim behind an empty field
	Type     FieldType
	Required bool
	Max      int // most characters (runes); 0: 64
	Fixed    int // a full field of this many characters advances by itself; 0: Enter advances
	Choices  []Choice
	Value    string // what stands in it at first: earlier answer, or default
	Locked   bool   // shown, not editable
	// Check returns the normalised value, or a service.Error to be shown at the field.
	Check func(value string) (string, error)
	// Override is true where a supervisor may accept a value that fails Check, with a reason.
	Override bool
}

// Choice is one thing that can be chosen; Key is typed on the number pad.
type Choice struct {
	Key   string // "1", "2" …
	Value string // what the answer carries
	Label service.Text
	Note  service.Text // right of the label: a price, a count
	Tick  bool         // chosen already (Multi)
	Must  bool         // cannot be left out (Multi)
}

// Fact is one labelled line to read.
type Fact struct {
	Label service.Text
	Value service.Text
	Mark  string // "", "✓", "✗", "!" in front of the value
}

// Table is rows to read. Align holds one of l, r, c per column.
type Table struct {
	Head  []service.Text
	Rows  [][]service.Text
	Align string
	Total []service.Text // last row, set apart; nil for none
}

// Row is a table row whose cells read the same in both languages: names, numbers, amounts.
func Row(cells ...string) []service.Text {
	row := make([]service.Text, len(cells))
	for i, c := range cells {
		row[i] = service.Same(c)
	}
	return row
}

// SecretField is one secret of a prompt.
type SecretField struct {
	Name  string
	Label service.Text
	Rule  service.PINRule
	Twice bool // typed twice
}

// Prompt is one question to the clerk or the customer.
type Prompt struct {
	Step    string // name of the step that asks; the answer repeats it
	Stage   service.Stage
	Type    PromptType
	Title   service.Text
	Note    service.Text // one or two lines under the title
	Warning service.Text // set apart, with a sign
	Fields  []Field
	Choices []Choice
	Multi   bool
	Facts   []Fact
	Table   *Table
	Secrets []SecretField
	Primary service.Text // the primary action, on F10: 确认收款并出收据
	// Refuse is the text of the other way out of a confirm (F8), such as sending a case back; empty where there is none.
	Refuse service.Text
	// Reason is true where refusing needs a typed reason.
	Reason bool
	// Serial is the pinned token of a PromptToken, "" where any may come.
	Serial string
}

// Answer is what came back. Secrets are wiped by the engine.
type Answer struct {
	Step      string
	Version   int64 // of the case when the prompt was shown
	Values    map[string]string
	Choice    string
	Chosen    []string
	Secrets   map[string][]byte
	Refused   bool
	Reason    string
	Overrides map[string]Override // by field name
}

// Override is a supervisor's word for a value that fails its check.
type Override struct {
	By     service.Actor
	Reason string
}

// StageState is one place of the stepper.
type StageState struct {
	Stage service.Stage
	State string // done, now, todo
}

// Panel is context at the right of the screen.
type Panel struct {
	Title service.Text
	Lines []PanelLine
}

// PanelLine is a left and a right part of one line.
type PanelLine struct {
	Left, Right service.Text
}

// WorkState is how far a machine step is, as shown.
type WorkState string

// Work states.
const (
	WorkTodo    WorkState = "todo"
	WorkRunning WorkState = "running"
	WorkDone    WorkState = "done"
	WorkFailed  WorkState = "failed"
)

// WorkStep is one machine step as shown while making.
type WorkStep struct {
	Name  string
	Title service.Text
	Note  service.Text // what it did
	State WorkState
	Took  time.Duration
}

// Work is the list of machine steps of the stage in hand. The clerk starts it or it goes on by itself (Auto).
type Work struct {
	Token string // pinned serial
	Steps []WorkStep
	Auto  bool
	// KeepIn is true while a token must not be pulled.
	KeepIn bool
	// Primary is the action that starts it: 开始制证.
	Primary service.Text
}

// Progress is sent while work runs.
type Progress struct {
	Step string
	WorkStep
}

// Screen is everything a case's page shows. Exactly one of Prompt, Work and Closed is set.
type Screen struct {
	No       string
	Version  int64
	Kind     service.Kind
	Title    service.Text // 1001 初次办理 · 机构
	Customer string
	Status   service.Status
	Stepper  []StageState
	Prompt   *Prompt
	Work     *Work
	Closed   bool
	// Done says in one line what a closed case came to.
	Done  service.Text
	Aside []Panel
	// Need is set where who asked may not answer: somebody else with this permission must sign (the reviewer is never the enterer).
	Need service.Permission
	// CanBack reports whether F3 goes back to the step before.
	CanBack bool
	// CanCancel reports whether F12 may still cancel the case.
	CanCancel bool
	// CanReplace reports whether a supervisor may give up the pinned token and go on with another.
	CanReplace bool
}
