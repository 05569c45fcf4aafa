// Package tui is the screen: the root model with its pages, the stack of overlays, header, footer and status line.
//
// Update only dispatches. All I/O runs in commands; what they bring back is addressed to the page that asked, and dropped where that
// page no longer waits for it. Keys go to the top overlay, else to the page; keys typed while an act runs are kept for the next field.
package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/keys"
	"certdesk/tui/look"
	"certdesk/tui/page"
	"certdesk/tui/page/over"
	"certdesk/tui/page/signin"
)

// The services the screen works with.
type (
	Desk   = page.Desk
	Files  = page.Files
	People = page.People
	Tokens = page.Tokens
)

// Config is what a screen is built from. Desk, Files, People, Tokens and Now are needed; the rest may be left zero.
type Config struct {
	Desk    Desk
	Files   Files
	People  People
	Tokens  Tokens
	Drawer  page.Drawer // of soft UKeys; may be nil
	Station flow.Station
	Lang    service.Lang // "": Chinese
	Now     func() time.Time
	Plain   bool   // ASCII borders and signs
	Theme   string // calm (default), contrast, mono
	NoColor bool   // the user set NO_COLOR
	Shift   string // the shift, for the status line
	// Idle is how long without a key until the screen locks; 0: ten minutes.
	Idle time.Duration
	// Log takes the number that the clerk sees and the error behind it.
	Log func(id string, err error)
	// Number gives the number of a fault; nil: E-yymmdd-nnnn counted from one.
	Number func(now time.Time) string
	// Forget asks for freed memory to be overwritten, after something secret was typed or used. It must not wait; nil: nothing is done.
	Forget func()
	// Notice stands under the sign-in form, such as a demo's sign-ins.
	Notice string
}

// Model is the root of the screen.
type Model struct {
	cfg      Config
	env      *page.Env
	theme    look.Theme
	canvas   *look.Canvas
	w, h     int
	pages    []page.Page
	overlays []page.Surface
	reader   keys.Reader
	escapes  int // counts Esc presses, so that an old timeout is known
	ahead    []keys.Event
	toast    toast
	status   status
	lastKey  time.Time
	faults   int
	faulted  bool // an error was shown during this Update
	leaving  bool // quitting has begun
	pending  []tea.Cmd
}

// New builds the screen; ctx ends its commands.
func New(ctx context.Context, cfg Config) *Model {
	if cfg.Lang == "" {
		cfg.Lang = service.ZH
	}
	if cfg.Idle == 0 {
		cfg.Idle = 10 * time.Minute
	}
	m := &Model{cfg: cfg, theme: look.Choose(cfg.Theme, cfg.NoColor, cfg.Plain), canvas: look.NewCanvas(80, 24), w: 80, h: 24}
	m.env = page.NewEnv(ctx, page.Env{
		Desk: cfg.Desk, Files: cfg.Files, People: cfg.People, Tokens: cfg.Tokens, Drawer: cfg.Drawer, Station: cfg.Station,
		Lang: cfg.Lang, Now: cfg.Now, Shell: m, Entries: m.entries, Forget: cfg.Forget,
	})
	m.lastKey = cfg.Now()
	m.pages = []page.Page{signin.New(m.env, cfg.Notice)}
	return m
}

// Init starts the clock and the watch over the tokens.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(tick(), m.watch(), m.page().Open())
}

// Update dispatches a message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.faulted = false
	cmd := m.dispatch(msg)
	if m.pending != nil {
		cmd = tea.Batch(append(m.pending, cmd)...)
		m.pending = nil
	}
	if quit := m.ended(); quit != nil {
		cmd = tea.Batch(cmd, quit)
	}
	return m, cmd
}

func (m *Model) dispatch(msg tea.Msg) tea.Cmd {
	if m.leaving {
		return nil
	}
	switch msg := msg.(type) {
	case EndMsg:
		m.end()
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		return m.events([]keys.Event{{Act: keys.Paste, Text: msg.Content}})
	case escMsg:
		if int(msg) == m.escapes {
			return m.events(m.reader.Timeout())
		}
	case page.Result:
		return m.result(msg)
	case page.Note:
		return m.note(msg)
	case tickMsg:
		return m.ticked()
	case watchMsg:
		return m.watched(msg)
	case figuresMsg:
		m.status.figures(msg)
		if p, ok := m.page().(interface{ Figures(flow.Home) }); ok && msg.err == nil {
			p.Figures(msg.home)
		}
	}
	return nil
}

func (m *Model) page() page.Page { return m.pages[len(m.pages)-1] }

// top is what takes the keys.
func (m *Model) top() page.Surface {
	if n := len(m.overlays); n > 0 {
		return m.overlays[n-1]
	}
	return m.page()
}

// surfaces lists everything that may wait for a result.
func (m *Model) surfaces() []page.Surface {
	out := append([]page.Surface(nil), m.overlays...)
	for _, p := range m.pages {
		out = append(out, p)
	}
	return out
}

func (m *Model) result(r page.Result) tea.Cmd {
	if h, ok := r.Msg.(flow.Home); ok {
		m.status.figures(figuresMsg{home: h}) // the home page read them: the status line need not read them too
	}
	for _, s := range m.surfaces() {
		if !s.Address().Takes(r) {
			continue
		}
		cmd := s.Result(r.Msg)
		if s.Address().Busy() {
			return cmd
		}
		return tea.Batch(cmd, m.replay(s))
	}
	return nil
}

func (m *Model) note(n page.Note) tea.Cmd {
	for _, s := range m.surfaces() {
		if s.Address().Is(n) {
			return s.Result(n.Msg)
		}
	}
	return nil
}

// busy reports whether an act runs anywhere that must not be left alone.
func (m *Model) busy() bool {
	for _, s := range m.surfaces() {
		if s.Address().Busy() {
			return true
		}
	}
	return false
}

func (m *Model) signedIn() bool { return m.env.Who.ID != "" }

func (m *Model) locked() bool {
	for _, o := range m.overlays {
		if _, ok := o.(*over.Lock); ok {
			return true
		}
	}
	return false
}
