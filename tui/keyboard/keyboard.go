//go:build unix

// Package keyboard reads the terminal for the screen and forgets what it read. The library's own reader keeps the last keys in a
// buffer that nobody can reach, so that a PIN typed once would stay in memory until others were typed over it.
package keyboard

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/term"
)

// wait is how long the rest of a sequence may take to come.
const wait = uv.DefaultEscTimeout

const (
	size     = 4096
	maxPaste = 64 << 10 // of a longer paste the end is dropped
	escape   = 0x1b
	del      = 0x7f
	pasteEnd = "\x1b[201~"
)

// ascii gives each printable character its text without making one.
const ascii = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// Keyboard is a terminal's input. It takes the place of the library's: each plain key is sent as a message of its own and overwritten
// at once; sequences, input methods and pastes are decoded by the library, piece by piece. To the library itself it reads as empty.
type Keyboard struct {
	*os.File
	send func(tea.Msg)

	mu      sync.Mutex
	buf     [size]byte
	n       int // bytes of buf that wait
	timer   *time.Timer
	pasting bool
	paste   []byte
	decoder *uv.TerminalReader
	feed    feed
	events  chan uv.Event
}

// Input is the option that lets a program read the terminal f through a Keyboard; nil where f is no terminal.
func Input(f *os.File) tea.ProgramOption {
	if !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(p *tea.Program) { tea.WithInput(New(f, os.Getenv("TERM"), p.Send))(p) }
}

// New reads f, a terminal of the kind that TERM names, and gives every event to send.
func New(f *os.File, kind string, send func(tea.Msg)) *Keyboard {
	k := &Keyboard{File: f, send: send, events: make(chan uv.Event, 64)}
	k.decoder = uv.NewTerminalReader(&k.feed, kind)
	return k
}

// Read takes what was typed and gives nothing to its caller. Errors: the file's.
func (k *Keyboard) Read([]byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n, err := k.File.Read(k.buf[k.n:])
	if n > 0 {
		k.n += n
		k.take(k.n == size)
	}
	return 0, err
}

// take sends what is complete; late says that the rest of a sequence will not come any more.
func (k *Keyboard) take(late bool) {
	if k.timer != nil {
		k.timer.Stop()
	}
	at := 0
	for at < k.n {
		n := k.one(k.buf[at:k.n], late)
		if n == 0 {
			break
		}
		at += n
	}
	left := copy(k.buf[:], k.buf[at:k.n])
	clear(k.buf[left:k.n])
	if k.n = left; left > 0 {
		k.timer = time.AfterFunc(wait, k.expired)
	}
}

func (k *Keyboard) expired() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.take(true)
}

// one sends the first key or sequence and tells its length; 0 where more must come first.
func (k *Keyboard) one(b []byte, late bool) int {
	switch c := b[0]; {
	case k.pasting:
		return k.pasted(b)
	case c > ' ' && c < del:
		k.send(plain(c))
		return 1
	case c == escape:
		return k.sequence(b, late)
	case c >= utf8.RuneSelf && !late && !utf8.FullRune(b):
		return 0
	}
	n, ev := k.decoder.Decode(b[:text(b)])
	k.give(ev)
	return n
}

// plain is a typed character, without a copy of it other than in the event.
func plain(c byte) uv.KeyPressEvent {
	ev := uv.KeyPressEvent{Code: rune(c), Text: ascii[c-' ' : c-' '+1]}
	if c >= 'A' && c <= 'Z' {
		ev.Code, ev.ShiftedCode, ev.Mod = rune(c-'A'+'a'), rune(c), uv.ModShift
	}
	return ev
}

// text is how far the first character may reach: one byte, or the run of whole characters beyond ASCII that its marks may follow in.
func text(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= utf8.RuneSelf && utf8.FullRune(b[n:]) {
		_, w := utf8.DecodeRune(b[n:])
		n += w
	}
	return max(1, n)
}

// sequence takes what begins with Esc. Esc alone and Esc with a character wait a moment: they may be the beginning of more.
func (k *Keyboard) sequence(b []byte, late bool) int {
	n, ev := k.decoder.Decode(b)
	_, unknown := ev.(uv.UnknownEvent)
	if !late && (unknown || n <= 2) {
		return 0
	}
	if _, begins := ev.(uv.PasteStartEvent); begins {
		k.pasting = true
		return n
	}
	if unknown {
		k.lookUp(b[:n])
	} else {
		k.give(ev)
	}
	return n
}

func (k *Keyboard) give(ev uv.Event) {
	if several, ok := ev.(uv.MultiEvent); ok {
		for _, e := range several {
			k.send(e)
		}
		return
	}
	k.send(ev)
}

// lookUp asks the library for keys that only its table knows.
func (k *Keyboard) lookUp(piece []byte) {
	k.feed.rest = piece
	_ = k.decoder.StreamEvents(context.Background(), k.events) // it ends with the piece
	for len(k.events) > 0 {
		k.send(<-k.events)
	}
}

// pasted collects a bracketed paste. Its end may come in two parts.
func (k *Keyboard) pasted(b []byte) int {
	end := bytes.Index(b, []byte(pasteEnd))
	n := end
	if end < 0 {
		if n = len(b) - len(pasteEnd) + 1; n <= 0 {
			return 0
		}
	}
	if len(k.paste)+n <= maxPaste {
		k.paste = append(k.paste, b[:n]...)
	}
	if end < 0 {
		return n
	}
	k.send(uv.PasteEvent{Content: strings.ToValidUTF8(string(k.paste), "")})
	clear(k.paste[:cap(k.paste)])
	k.paste, k.pasting = nil, false
	return n + len(pasteEnd)
}

// feed gives one piece and then ends.
type feed struct{ rest []byte }

func (f *feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
