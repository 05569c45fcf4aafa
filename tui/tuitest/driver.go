// Package tuitest drives the screen in tests: it types keys, runs commands until nothing is left to do, and draws the view into a grid
// of cells as a terminal would. Time stands still but when a test lets it pass (testing/synctest).
package tuitest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui"
)

// Start is the time on the wall when a test begins: Saturday 2026-11-21 09:42 at the counter.
var Start = time.Date(2026, 11, 21, 1, 42, 0, 0, time.UTC)

// Driver is a clerk at the keyboard.
type Driver struct {
	T     *testing.T
	M     *tui.Model
	World *World
	W, H  int
	Ended bool // the program was told to quit
	Log   []string

	mu    sync.Mutex
	inbox []tea.Msg
}

// Options of a run; the zero value is 80×24 in Chinese.
type Options struct {
	W, H  int
	Lang  service.Lang
	Plain bool
	World *World
}

// Run starts a screen over a world and lets fn type.
func Run(t *testing.T, o Options, fn func(d *Driver)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer func() {
			stop()
			time.Sleep(time.Minute) // timers that were waiting run out
		}()
		fn(start(ctx, t, o))
	})
}

func start(ctx context.Context, t *testing.T, o Options) *Driver {
	if o.W == 0 {
		o.W, o.H = 80, 24
	}
	if o.World == nil {
		o.World = NewWorld()
	}
	d := &Driver{T: t, World: o.World, W: o.W, H: o.H}
	begin := time.Now()
	o.World.now = func() time.Time { return Start.Add(time.Since(begin)) }
	d.M = tui.New(ctx, tui.Config{
		Desk: o.World, Files: o.World, People: o.World, Tokens: o.World, Lang: o.Lang, Plain: o.Plain, Now: o.World.now,
		Station: flow.Station{ID: "0430", Hall: "长沙市政务大厅", Window: "03"},
		Log:     func(id string, err error) { d.Log = append(d.Log, id+" "+err.Error()) },
	})
	d.run(d.M.Init())
	d.Send(tea.WindowSizeMsg{Width: o.W, Height: o.H})
	return d
}

func (d *Driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		d.mu.Lock()
		defer d.mu.Unlock()
		d.inbox = append(d.inbox, msg)
	}()
}

// Send gives the model a message and waits until nothing is left to do.
func (d *Driver) Send(msg tea.Msg) {
	d.Post(msg)
	d.Settle()
}

// Post gives the model a message and waits for nothing, as when keys are typed faster than acts run.
func (d *Driver) Post(msg tea.Msg) {
	switch msg := d.M.Filter(d.M, msg).(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.run(cmd)
		}
	case tea.QuitMsg:
		d.Ended = true
	default:
		_, cmd := d.M.Update(msg)
		d.run(cmd)
	}
}

// Settle runs commands and their results until every goroutine waits for a key, a token or the clock.
func (d *Driver) Settle() {
	for {
		synctest.Wait()
		d.mu.Lock()
		msgs := d.inbox
		d.inbox = nil
		d.mu.Unlock()
		if len(msgs) == 0 {
			return
		}
		for _, m := range msgs {
			d.Post(m)
		}
	}
}

// Pass lets time go by.
func (d *Driver) Pass(t time.Duration) {
	for end := time.Now().Add(t); time.Now().Before(end); d.Settle() {
		time.Sleep(min(500*time.Millisecond, time.Until(end)))
	}
}

var named = map[string]rune{
	"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"f1": tea.KeyF1, "f3": tea.KeyF3, "f4": tea.KeyF4, "f5": tea.KeyF5, "f8": tea.KeyF8, "f9": tea.KeyF9, "f10": tea.KeyF10, "f12": tea.KeyF12,
}

// Key gives the message of a key by name: enter, f10, ctrl+s, or a character.
func Key(name string) tea.KeyPressMsg {
	if c, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(c)[0], Mod: tea.ModCtrl}
	}
	if c, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyPressMsg{Code: []rune(c)[0], Mod: tea.ModAlt}
	}
	if r, ok := named[name]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// Press presses named keys, each when the one before has been dealt with.
func (d *Driver) Press(names ...string) {
	for _, n := range names {
		d.Send(Key(n))
	}
}

// Type types characters.
func (d *Driver) Type(s string) {
	for _, r := range s {
		d.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

// SignIn signs the clerk in.
func (d *Driver) SignIn() {
	d.Type("1001")
	d.Press("enter")
	d.Type("clerk-secret")
	d.Press("enter")
}

// Grid is the screen as the terminal shows it, one string a row.
func (d *Driver) Grid() []string {
	v := d.M.View()
	buf := uv.NewScreenBuffer(d.W, d.H)
	uv.NewStyledString(v.Content).Draw(buf, buf.Bounds())
	rows := make([]string, d.H)
	for y := range rows {
		var b strings.Builder
		for x := 0; x < d.W; {
			c := buf.CellAt(x, y)
			if c == nil || c.Width == 0 {
				b.WriteByte(' ')
				x++
				continue
			}
			b.WriteString(c.Content)
			x += c.Width
		}
		rows[y] = b.String()
	}
	return rows
}

// Screen is the grid as text, without blanks at the ends of rows, and where the cursor stands.
func (d *Driver) Screen() string {
	var b strings.Builder
	for _, r := range d.Grid() {
		b.WriteString(strings.TrimRight(r, " ") + "\n")
	}
	if x, y, ok := d.Cursor(); ok {
		fmt.Fprintf(&b, "[cursor %d,%d]\n", x, y)
	}
	return b.String()
}

// Cursor is where the terminal's cursor stands.
func (d *Driver) Cursor() (x, y int, ok bool) {
	v := d.M.View()
	if v.Cursor == nil {
		return 0, 0, false
	}
	return v.Cursor.X, v.Cursor.Y, true
}

// Sees fails the test where the screen does not show all of the words.
func (d *Driver) Sees(words ...string) {
	d.T.Helper()
	s := d.Screen()
	for _, w := range words {
		if !strings.Contains(s, w) {
			d.T.Fatalf("the screen does not show %q:\n%s", w, s)
		}
	}
}

// SeesNot fails the test where the screen shows one of the words.
func (d *Driver) SeesNot(words ...string) {
	d.T.Helper()
	s := d.Screen()
	for _, w := range words {
		if strings.Contains(s, w) {
			d.T.Fatalf("the screen shows %q:\n%s", w, s)
		}
	}
}
