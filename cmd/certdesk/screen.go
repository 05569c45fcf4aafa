package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
	"certdesk/cmd/harden"
	"certdesk/service"
	"certdesk/tui"
	"certdesk/tui/page"
	"certdesk/tui/text"
)

// screenOptions are the flags of the commands that open the screen.
type screenOptions struct {
	plain bool
	theme string
}

func (c *cli) screenFlags() *pflag.FlagSet {
	f := pflag.NewFlagSet("screen", pflag.ContinueOnError)
	f.BoolVar(&c.draw.plain, "plain", false, "ASCII borders and signs, for terminals that draw lines two columns wide")
	f.StringVar(&c.draw.theme, "theme", "", "calm, contrast or mono")
	return f
}

// screen opens the counter of a joined station.
func (c *cli) screen(ctx context.Context, _ []string) error {
	a, err := app.Open(ctx, c.options("certdesk"))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Live(ctx); err != nil {
		return err
	}
	if err := a.Ready(); err != nil {
		return err
	}
	return c.open(ctx, a, c.notice(a.Clock(ctx), a.Devices(ctx)))
}

// notice is what stands under the sign-in form of a station that is not quite well.
func (c *cli) notice(errs ...error) string {
	var lines []string
	for _, err := range errs {
		if err != nil {
			x := text.Explain(err, c.language())
			lines = append(lines, "! "+x.Title, x.Next)
		}
	}
	return strings.Join(lines, "\n")
}

// open draws the screen until the clerk leaves it or a signal ends ctx; papers, events and the line go on beside it until the screen
// has come to its end, as a running act may need them.
func (c *cli) open(ctx context.Context, a *app.App, notice string) error {
	if f, ok := c.out.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return service.E(service.TerminalNone, "cli.open", nil, nil)
	}
	log, closeLog, err := openLog(a.Dir)
	if err != nil {
		return err
	}
	defer closeLog()
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { a.Run(beside) })
	forgetter := harden.NewForgetter()
	background.Go(func() { forgetter.Run(beside) })
	err = tui.Run(ctx, tui.Config{
		Desk: a.Engine, Files: a.Engine, People: a.People, Tokens: a.Engine, Drawer: drawer(a), Station: a.Station, Lang: c.language(),
		Now: a.Env.Now, Plain: c.draw.plain, Theme: c.draw.theme, NoColor: os.Getenv("NO_COLOR") != "", Notice: notice,
		Number: tui.Numbers(), Forget: forgetter.Ask,
		Log: func(id string, err error) { log.Error(id, "error", err.Error()) },
	})
	stop()
	background.Wait()
	return err
}

// drawer is the drawer of soft UKeys, where those are the tokens.
func drawer(a *app.App) page.Drawer {
	if !a.Device.Soft() {
		return nil
	}
	return a.Drawer
}

// openLog opens the station's log, which holds the internals behind the numbers that the clerk sees.
func openLog(dir string) (*slog.Logger, func(), error) {
	path := filepath.Join(dir, "certdesk.log")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, service.E(service.StoreReadOnly, "cli.openLog", service.Args{"path": path}, err)
	}
	return slog.New(slog.NewTextHandler(f, nil)), func() { _ = f.Close() }, nil
}

// welcome is what stands under a demo's sign-in form.
func (c *cli) welcome() string { return strings.Join(demo.Welcome(c.language()), "\n") }
