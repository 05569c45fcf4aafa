package flow

import (
	"context"
	"time"

	"certdesk/service"
	"certdesk/service/catalog"
)

// Definition is a business type: data plus pure functions (DESIGN 3). A new one touches its own folder and one line of biz/all.go.
type Definition struct {
	Kind          service.Kind
	Title         service.Text
	Initials      string       // pinyin initials, for the transaction code field
	Help          service.Text // F1
	Permission    service.Permission
	CustomerTypes []service.CustomerType
	Stages        []service.Stage
	Charged       bool // normally costs something: the stepper shows the fee before it is priced
	Receipt       bool // whether a charge of more than zero writes a receipt
	Steps         []Step
	Replaceable   bool   // whether a fresh token may take the pinned one's place while making
	Script        string // file under testdata/scripts that serves one of these
}

// Step is one step of a business. A step with Ask is answered by a person; one with Do acts on token, CA or paper; one with both
// asks first and then acts with the answer (a PIN). Every function but Do and Reconcile is pure.
type Step struct {
	Name  string
	Stage service.Stage
	Title service.Text
	// When tells whether the step applies; nil: always.
	When func(*Facts) bool
	// Permission the answerer needs; "": the definition's.
	Permission service.Permission
	// Other is true where the answerer must not be who entered the case.
	Other bool
	// Final is true where F3 never goes back behind this step (money taken, approval given, token initialised).
	Final bool

	// Reopen is true where a case that was sent back opens the step again.
	Reopen bool

	// Ask builds the prompt.
	Ask func(*Facts) (Prompt, error)
	// Take checks the answer and applies it, within the act that journals the step. Again keeps the step open (one more payment).
	Take func(*service.Tx, *Facts, Answer) (Result, error)

	// Do acts outside any transaction. What it puts into Job.Out is journaled (sealed) with the done row.
	Do func(context.Context, *Job) error
	// Reconcile is called instead of Do where the journal says started: it finds out what happened. Nil: Do may simply be repeated.
	Reconcile func(context.Context, *Job) (Outcome, error)
	// Commit applies a done machine step's outcome within the act that journals it; may be nil.
	Commit func(*service.Tx, *Facts) error
	// KeepIn is true where pulling the token during the step would cost a repeat.
	KeepIn bool
	// Issues is true for the step that asks the CA.
	Issues bool
	// Request is, of a step that issues, the idempotency key it asks under; a request whose answer was lost is withdrawn by it.
	Request func(*Facts) [32]byte
	// Stale tells, where this step opened in front of one that was being answered, what changed; nil: StepAnswered says enough.
	Stale func(*Facts) error
}

// Result is what Take decided.
type Result int

// Results.
const (
	Next     Result = iota // the step is done
	Again                  // the step stays open: more is to be asked
	SendBack               // the case goes back to intake, values kept
	Stop                   // the case ends here (cancelled)
)

// Outcome is what Reconcile found.
type Outcome int

// Outcomes.
const (
	Repeat   Outcome = iota // it did not happen, or repeating is harmless: do it
	Happened                // it happened: journal it as done, Job.Out holds what is known
	AskAgain                // a step that asks and acts: put the question again
)

// Facts is what a step's pure functions see: the case and what hangs on it.
type Facts struct {
	Now      time.Time
	Who      service.Actor
	Case     *service.Case
	Visit    *service.Visit
	Customer *service.Customer
	Catalog  *catalog.Catalog  // the version the case was opened under
	Current  *catalog.Catalog  // the version in force
	Out      map[string]string // what machine steps journaled, later over earlier
	Station  Station
	// Known is what the store knows of the customer: earlier certificates and open cases, read when a step asks for it.
	Known Known
	// Stopped holds, by step, the code on which a step of this attempt stopped and from which it did not go on yet: what a step in front
	// of it asks about.
	Stopped map[string]service.Code
	// Paid is the money taken for this case so far.
	Paid []service.Payment
}

// Known is the customer's history at this counter.
type Known struct {
	Certificates []service.Certificate
	Lines        []service.Line
	Open         []service.CaseSummary
}

// Station is what the paper and the numbers need to know of this desk.
type Station struct {
	ID     string // 0430
	Hall   string
	Window string
}

// Get returns a typed value of the case.
func (f *Facts) Get(name string) string { return f.Case.Fields[name] }

// Set stores a typed value of the case; an empty value removes it.
func (f *Facts) Set(name, value string) {
	if value == "" {
		delete(f.Case.Fields, name)
		return
	}
	f.Case.Fields[name] = value
}

// Job is what a machine step works with.
type Job struct {
	Facts
	Desk    Desk
	Secrets map[string][]byte // of a step that asks and acts
	Again   bool              // the step asks again because nobody knows what its last act came to
	Note    service.Text      // what it did, for the screen
	Keep    map[string][]byte // sealed settings to store with the done row
	result  map[string]string
	seat    *seat
}

// Desk is the outside world of machine steps; any part may be an adapter.
type Desk struct {
	Env     service.Env
	Tokens  service.Tokens
	CA      service.CertificateAuthority
	Tickets service.TicketOffice
	// FactorySO is the SO PIN that new devices of the driver come with.
	FactorySO []byte
	// FixedSO is true where the token model keeps its factory SO PIN for good: there are no generations (DESIGN 7, profiles).
	FixedSO bool
	Read    func(ctx context.Context, fn func(service.View) error) error
}
