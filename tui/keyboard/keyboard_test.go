//go:build unix

package keyboard_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"certdesk/tui/keyboard"
)

// bench is a keyboard at one end of a pipe, and what it sends.
type bench struct {
	t    *testing.T
	k    *keyboard.Keyboard
	w    *os.File
	said chan tea.Msg
}

func newBench(t *testing.T) *bench {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, w: w, said: make(chan tea.Msg, 10000)}
	b.k = keyboard.New(r, "xterm-256color", func(m tea.Msg) { b.said <- m })
	t.Cleanup(func() { _ = r.Close(); _ = w.Close() })
	return b
}

// types writes pieces, each read by itself.
func (b *bench) types(pieces ...string) {
	b.t.Helper()
	for _, p := range pieces {
		if _, err := b.w.WriteString(p); err != nil {
			b.t.Fatal(err)
		}
		lent := make([]byte, 4096)
		if n, err := b.k.Read(lent); n != 0 || err != nil || !bytes.Equal(lent, make([]byte, 4096)) {
			b.t.Fatalf("Read gave its caller %d bytes, %v", n, err)
		}
	}
}

// hears collects what was sent so far, after the time that a sequence may take to be completed.
func (b *bench) hears() string {
	time.Sleep(120 * time.Millisecond)
	var out []string
	for len(b.said) > 0 {
		switch m := (<-b.said).(type) {
		case uv.KeyPressEvent:
			out = append(out, uv.Key(m).String())
		case uv.PasteEvent:
			out = append(out, "paste:"+m.Content)
		default:
			out = append(out, fmt.Sprintf("%T", m))
		}
	}
	return strings.Join(out, " ")
}

// last is the last thing that was sent.
func (b *bench) last() string {
	words := strings.Fields(b.hears())
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name  string
		typed []string
		want  string
	}{
		{"characters, one at a time and together", []string{"7", "3519264\r"}, "7 3 5 1 9 2 6 4 enter"},
		{"blank, capital and sign", []string{"a B~\t\x7f"}, "a space B ~ tab backspace"},
		{"function keys", []string{"\x1b[21~\x1bOP\x1b[A\x1b[1;5A"}, "f10 f1 up ctrl+up"},
		{"a function key between digits", []string{"12\x1b[21~34"}, "1 2 f10 3 4"},
		{"a sequence in two parts", []string{"\x1b[2", "1~5"}, "f10 5"},
		{"Esc alone", []string{"\x1b"}, "esc"},
		{"Esc with a digit", []string{"\x1b0"}, "alt+0"},
		{"control keys", []string{"\x13\x03"}, "ctrl+s ctrl+c"},
		{"Chinese, also beyond the BMP and in two parts", []string{"孙𠅤" + "龙"[:1], "龙"[1:] + "1"}, "孙 𠅤 龙 1"},
		{"urxvt's own keys", []string{"\x1b[11^"}, "ctrl+f1"},
		{"a paste", []string{"1\x1b[200~73\r\n孙\x1b[201~2"}, "1 paste:73\r\n孙 2"},
		{"a paste in parts", []string{"\x1b[200~73", "51", "92\x1b[20", "1~8"}, "paste:735192 8"},
		{"nonsense", []string{"\xff5"}, "uv.UnknownEvent 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.types(c.typed...)
			if got := b.hears(); got != c.want {
				t.Errorf("%q gives %q, want %q", c.typed, got, c.want)
			}
		})
	}
}

// Whatever comes is read to its end, and the key behind it is heard.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{"73519264\r", "\x1b[21~1", "孙\x1b[200~7\x1b[201~", "\x1b]0;x\x07", "\x1b\x1b[A", "\xff\xfe\x1b[["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) == 0 || len(s) > 1024 {
			return
		}
		b := newBench(t)
		b.types(s)
		b.types("\x1b[201~") // ends a paste that the input may have begun
		time.Sleep(60 * time.Millisecond)
		b.types("q")
		time.Sleep(60 * time.Millisecond)
		if last := b.last(); last != "q" && !opens(s) {
			t.Errorf("%q swallowed the key behind it: %q", s, last)
		}
	})
}

// opens tells whether a byte of s may open a sequence: Esc, or a C1 control as one byte.
func opens(s string) bool {
	openers := []byte{0x1b, 0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f}
	return slices.ContainsFunc([]byte(s), func(b byte) bool { return bytes.IndexByte(openers, b) >= 0 })
}

// A paste longer than any field is cut, and does not grow without end.
func TestLongPaste(t *testing.T) {
	b := newBench(t)
	b.types("\x1b[200~")
	for range 40 {
		b.types(strings.Repeat("9", 4000))
	}
	b.types("\x1b[201~1")
	if got := b.hears(); !strings.HasPrefix(got, "paste:999") || !strings.HasSuffix(got, "9 1") || len(got) > 70<<10 {
		t.Errorf("%d: %.20q", len(got), got)
	}
}
