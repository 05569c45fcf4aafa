package tui_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/tui"
	"certdesk/tui/tuitest"
)

// making is a counter at which a token is being written.
func making(d *tuitest.Driver) {
	d.World.Slow = time.Second
	toToken(d)
	d.World.Insert(tuitest.Blank)
	d.Settle()
	d.Post(tuitest.Key("enter"))
	d.Pass(1500 * time.Millisecond)
	d.Sees("请 勿 拔 出 UKey")
}

// A signal during work waits for its end, and what came of the work is journaled.
func TestEndWaitsForWork(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		making(d)
		d.Send(tui.EndMsg{})
		d.Sees("完成后退出")
		if d.Ended {
			t.Fatal("the program ended while a token was written")
		}
		d.Pass(20 * time.Second)
		if !d.Ended || !d.World.Open(no).Made["verify"] {
			t.Errorf("ended: %v, made: %v", d.Ended, d.World.Open(no).Made)
		}
	})
}

// After a signal no further machine work is started: the case is taken up from there another day.
func TestEndStartsNothing(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toToken(d)
		d.World.Insert(tuitest.Blank)
		d.Settle()
		d.World.Pause = time.Second
		d.Post(tuitest.Key("enter"))
		d.Send(tui.EndMsg{})
		if d.Ended {
			t.Fatal("the program ended before the answer came back")
		}
		d.Pass(5 * time.Second)
		if c := d.World.Open(no); !d.Ended || c.Token == "" || len(c.Made) > 0 {
			t.Errorf("ended: %v, token %q, made: %v", d.Ended, c.Token, c.Made)
		}
	})
}

func TestEndWhileIdleKeepsTheDraft(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toDetails(d)
		d.Type("湖南楚禹")
		d.Send(tui.EndMsg{})
		if got := d.World.Open(no).Drafts["details"]["name"]; !d.Ended || got != "湖南楚禹" {
			t.Errorf("ended: %v, draft %q", d.Ended, got)
		}
	})
}

// Quitting from a second person's step ends the program.
func TestQuitFromSecondPersonsStep(t *testing.T) {
	run(t, func(d *tuitest.Driver) {
		toReview(d)
		second(d)
		d.Press("ctrl+c", "enter")
		if !d.Ended {
			t.Error("the program did not end")
		}
	})
}

// What was typed is kept before the case is read anew, and before the step is left backwards.
func TestDraftComesFirst(t *testing.T) {
	for _, key := range []string{"f5", "f3"} {
		t.Run(key, func(t *testing.T) {
			run(t, func(d *tuitest.Driver) {
				toDetails(d)
				d.Type("湖南楚禹")
				d.Press(key)
				d.SeesNot("刚被别人改动过", "E-261121")
				if got := d.World.Open(no).Drafts["details"]["name"]; got != "湖南楚禹" {
					t.Errorf("the draft is %q", got)
				}
				if key == "f5" {
					d.Sees("湖南楚禹")
				} else {
					d.Sees("证件号码")
				}
			})
		})
	}
}

// In English the supervisor's name and reason are parted by an English comma.
func TestWaiveInEnglish(t *testing.T) {
	tuitest.Run(t, tuitest.Options{Lang: service.EN}, func(d *tuitest.Driver) {
		begin(d)
		d.Press("1")
		d.Type("91430104MA4L1234X0")
		d.Press("f8")
		d.Type("1009")
		d.Press("enter")
		d.Type("supervisor-secret")
		d.Press("enter", "ctrl+u")
		d.Type("licence checked")
		d.Press("enter")
		d.Sees("赵强, licence checked")
	})
}

// slowPeople is a sign-in that takes until it is let go.
type slowPeople struct {
	tui.People
	began, free chan struct{}
	cut         error
}

func (p *slowPeople) SignIn(ctx context.Context, login string, password []byte) (service.Actor, error) {
	close(p.began)
	<-p.free
	p.cut = ctx.Err()
	return p.People.SignIn(ctx, login, password)
}

// Run ends after the act that runs, whether a signal or the loss of the terminal ends it.
func TestRunWaits(t *testing.T) {
	for name, end := range map[string]func(stop func(), in *io.PipeWriter){
		"signal":        func(stop func(), _ *io.PipeWriter) { stop() },
		"lost terminal": func(_ func(), in *io.PipeWriter) { _ = in.CloseWithError(errors.New("input/output error")) },
		"both":          func(stop func(), in *io.PipeWriter) { _ = in.CloseWithError(errors.New("input/output error")); stop() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			in, keyboard := io.Pipe()
			w := tuitest.NewWorld()
			p := &slowPeople{People: w, began: make(chan struct{}), free: make(chan struct{})}
			ended := make(chan error, 1)
			go func() {
				ended <- tui.Show(ctx, tui.Config{Desk: w, Files: w, People: p, Tokens: w, Now: func() time.Time { return tuitest.Start }},
					tea.WithInput(in), tea.WithOutput(io.Discard), tea.WithWindowSize(80, 24), tea.WithEnvironment(nil))
			}()
			_, _ = io.WriteString(keyboard, "1001\r")
			_, _ = io.WriteString(keyboard, "clerk-secret\r")
			await(t, p.began, "the sign-in did not begin")
			end(stop, keyboard)
			select {
			case err := <-ended:
				t.Fatalf("it ended under the running act: %v", err)
			case <-time.After(200 * time.Millisecond):
			}
			stop() // a lost terminal is followed by a hang-up
			close(p.free)
			if err := await(t, ended, "it did not end"); err != nil || p.cut != nil {
				t.Errorf("ended with %v, the act was cut: %v", err, p.cut)
			}
		})
	}
}

func await[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal(what)
		panic("unreached")
	}
}
