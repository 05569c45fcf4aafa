// Package page is what every page of the screen has in common: the services it may call, the way its results come back, and the
// contract with the root model. A page's Key and Result run in the root's Update: they change the page and return commands. Only
// commands do I/O.
package page

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/text"
)

// Desk serves cases.
type Desk interface {
	Definitions() []flow.Definition
	Begin(ctx context.Context, who service.Actor, kind service.Kind) (no string, err error)
	Screen(ctx context.Context, who service.Actor, no string) (flow.Screen, error)
	Answer(ctx context.Context, who service.Actor, no string, a flow.Answer) error
	// Draft keeps what was typed and not yet submitted.
	Draft(ctx context.Context, who service.Actor, no, step string, values map[string]string) error
	Back(ctx context.Context, who service.Actor, no string) error
	// Work runs machine steps until a person must be asked or the case ends.
	Work(ctx context.Context, who service.Actor, no string, report func(flow.Progress)) error
	Cancel(ctx context.Context, who service.Actor, no, reason string) error
	// Replace gives up the pinned token for another; a supervisor's act.
	Replace(ctx context.Context, who service.Actor, no, reason string) error
}

// Files finds and shows cases.
type Files interface {
	Find(ctx context.Context, who service.Actor, q service.CaseQuery) ([]service.CaseSummary, error)
	Detail(ctx context.Context, who service.Actor, no string) (flow.Detail, error)
	Home(ctx context.Context, who service.Actor) (flow.Home, error)
}

// People signs people in. The password is wiped by the caller.
type People interface {
	SignIn(ctx context.Context, login string, password []byte) (service.Actor, error)
}

// Tokens watches tokens and reads them.
type Tokens interface {
	// Watch marks the tokens that are a member of staff's own.
	Watch(ctx context.Context) <-chan []service.TokenInfo
	// OwnToken books a token as a member of staff's own, or as any other again; a supervisor's act.
	OwnToken(ctx context.Context, who service.Actor, serial string, own bool) error
	Inspect(ctx context.Context, serial string) (flow.TokenView, error)
}

// Drawer is where soft UKeys lie. Nil where tokens are devices that a hand plugs in.
type Drawer interface {
	Serials() ([]string, error)
	NewSerial() (string, error)
	Create(serial string) error // a blank one, not plugged in
	Insert(serial string) error
	Remove(serial string) error
}

// Result is what a command came back with, addressed to the surface that asked. One that is no longer asked for is dropped.
type Result struct {
	To, Seq int
	Msg     any
}

// Head is lines 2 and 3 of the screen.
type Head struct {
	Title    string // 1003 补办 · 遗失
	No       string
	Customer string
	Stepper  []flow.StageState
}

// Surface is something that takes keys and draws itself: a page, or an overlay above it.
type Surface interface {
	Address() *Address
	// Key takes a key that the root did not use itself.
	Key(ev keys.Event) tea.Cmd
	// Result takes what one of its own commands came back with.
	Result(msg any) tea.Cmd
	Draw(a look.Area)
	Bindings() []keys.Binding
	// Typing reports whether letters go into a text field, so that none is a command.
	Typing() bool
}

// Page is a surface that fills the screen between header and footer.
type Page interface {
	Surface
	Head() Head
	// Open is called when the page is shown, also when it is come back to.
	Open() tea.Cmd
	// Leave is called before the page is left for good or for another; it keeps drafts.
	Leave() tea.Cmd
	// Help is the page's own help.
	Help() string
}

// Ahead is a page that takes keys typed while it was busy: Replay takes one and reports whether more may follow.
type Ahead interface {
	Replay(ev keys.Event) bool
	// Steady reports whether the screen is still the one that the keys were typed for.
	Steady() bool
}

// Shell is what a surface may ask of the root. All of it takes effect at once, within the same Update.
type Shell interface {
	Go(p Page) tea.Cmd        // opens a page above the present one
	Swap(p Page) tea.Cmd      // opens a page in place of the present one
	Back() tea.Cmd            // leaves the page
	Home() tea.Cmd            // leaves all pages
	Push(o Surface) tea.Cmd   // lays an overlay on top
	Drop(o Surface)           // takes an overlay away
	Toast(s string, bad bool) // says something in a line above the footer
	Fault(f Fault) tea.Cmd    // shows an error
	SignedIn(who service.Actor) tea.Cmd
	SignOut() tea.Cmd
	Jump(code string) (tea.Cmd, bool) // opens what a transaction code stands for
	Tokens() []service.TokenInfo      // what is inserted now
	Stir()                            // asks for fresh figures in the status line
}

// Fault is an error to show, and the ways on. Without Ways, Enter and Esc close the box.
type Fault struct {
	Err  error
	Safe bool // say that nothing is lost
	Ways []Way
}

// Way is one way on from a fault, chosen by digit.
type Way struct {
	Label service.Text
	Do    func() tea.Cmd
}

// Env is what a page works with. Who is signed in changes; everything else is fixed.
type Env struct {
	Desk    Desk
	Files   Files
	People  People
	Tokens  Tokens
	Drawer  Drawer
	Station flow.Station
	Lang    service.Lang
	Now     func() time.Time
	Shell   Shell
	Who     service.Actor
	Login   string // what Who signed in with
	// Entries lists what transaction codes open for who is signed in.
	Entries func() []Entry
	Memory  map[string]string // last values by kind, step and field, for F9; of this sign-in only
	// Ending says that the program ends as soon as the running act has come back: no machine step is started any more.
	Ending bool
	// Forget asks for freed memory to be overwritten, once something secret has been used. It does not wait.
	Forget func()
	acts   *acts
	run    context.Context
	next   int
}

// NewEnv completes e; ctx ends every command.
func NewEnv(ctx context.Context, e Env) *Env {
	e.run, e.Memory, e.acts = ctx, map[string]string{}, &acts{over: make(chan struct{})}
	if e.Forget == nil {
		e.Forget = func() {}
	}
	return &e
}

// In gives a text in the screen's language.
func (e *Env) In(t service.Text) string { return t.In(e.Lang) }

// Place is the hall with its window.
func (e *Env) Place() string {
	w := e.Station.Window
	if w != "" && strings.Trim(w, "0123456789") == "" {
		w = fmt.Sprintf(e.In(text.Window), w)
	}
	return strings.TrimSpace(e.Station.Hall + " " + w)
}

// Context ends when the program does.
func (e *Env) Context() context.Context { return e.run }

// Stamp writes a local time: 11-21 09:42.
func Stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return service.Local(at).Format("01-02 15:04")
}
