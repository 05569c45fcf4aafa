package tuitest

import (
	"bytes"
	"reflect"
	"runtime"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"certdesk/tui"
)

// Meter is a keyboard and a terminal with a stop-watch, for benchmarks over real services. Each key is taken to its end: Update, the
// commands it leads to and their results, View, and the bytes by which the terminal's picture changes. The bytes are made as Bubble Tea's
// own renderer makes them, by the same library in the same settings; its tick, at which frames are sent 60 times a second, is left out.
type Meter struct {
	M     *tui.Model
	Frame int // bytes of the last frame
	out   bytes.Buffer
	cells uv.ScreenBuffer
	scr   *uv.TerminalRenderer
	shown string
}

// NewMeter shows the first frame of m in w columns and h rows.
func NewMeter(m *tui.Model, w, h int) *Meter {
	t := &Meter{M: m, cells: uv.NewScreenBuffer(w, h)}
	t.scr = uv.NewTerminalRenderer(&t.out, []string{"TERM=xterm-256color", "COLORTERM=truecolor"})
	t.scr.SetColorProfile(colorprofile.TrueColor)
	t.scr.SetFullscreen(true)
	t.scr.SetRelativeCursor(false)
	t.scr.SetTabStops(-1)
	t.scr.SetScrollOptim(true)
	t.scr.Resize(w, h)
	t.run(m.Init())
	t.take(tea.WindowSizeMsg{Width: w, Height: h})
	t.Draw()
	return t
}

// Send takes a message to the finished frame and gives how long that was.
func (t *Meter) Send(msg tea.Msg) time.Duration {
	start := time.Now()
	t.take(msg)
	t.Draw()
	return time.Since(start)
}

// Type types characters and gives how long each took.
func (t *Meter) Type(s string) (took []time.Duration) {
	for _, r := range s {
		took = append(took, t.Send(tea.KeyPressMsg{Code: r, Text: string(r)}))
	}
	return took
}

// Draw sends the frame to the terminal where it differs from what is there.
func (t *Meter) Draw() {
	v := t.M.View()
	t.Frame = 0
	if v.Content == t.shown {
		if v.Cursor != nil {
			t.scr.MoveTo(v.Cursor.X, v.Cursor.Y)
		}
		t.flush()
		return
	}
	t.cells.Clear()
	uv.NewStyledString(v.Content).Draw(t.cells, t.cells.Bounds())
	t.scr.Render(t.cells.RenderBuffer)
	if v.Cursor != nil {
		t.scr.MoveTo(v.Cursor.X, v.Cursor.Y)
	}
	t.flush()
	t.shown = v.Content
}

func (t *Meter) flush() {
	_ = t.scr.Flush() // a bytes.Buffer takes everything
	t.Frame = t.out.Len()
	t.out.Reset()
}

// Shows reports whether the frame shows a text.
func (t *Meter) Shows(text string) bool {
	v := t.M.View()
	return strings.Contains(plain(v.Content), text)
}

// Screen is the frame without its colours.
func (t *Meter) Screen() string { return plain(t.M.View().Content) }

func plain(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "m")
	}
}

func (t *Meter) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, cmd := range msg {
			t.run(cmd)
		}
	default:
		_, cmd := t.M.Update(msg)
		t.run(cmd)
	}
}

// run runs a command to its end, and what it leads to. Commands that wait for the clock or for a token are left alone.
func (t *Meter) run(cmd tea.Cmd) {
	if cmd == nil || waits(cmd) {
		return
	}
	t.take(cmd())
}

func waits(cmd tea.Cmd) bool {
	name := runtime.FuncForPC(reflect.ValueOf(cmd).Pointer()).Name()
	for _, w := range []string{"tea.Tick", "bubbletea/v2.Tick", "tea.Every", "(*Model).watch"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
