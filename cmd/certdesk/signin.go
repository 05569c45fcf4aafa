package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
)

// beside opens the store beside a running station and signs the reader in; a demo hall's people are invented and need no sign-in.
func (c *cli) beside(ctx context.Context, what, subject string, fn func(*app.App, service.Actor) error) error {
	o, err := c.there()
	if err != nil {
		return err
	}
	a, err := app.Beside(ctx, o)
	if err != nil {
		return err
	}
	defer a.Close()
	who := service.StationActor()
	if !a.IsDemo(ctx) {
		if who, err = c.signIn(ctx, a); err != nil {
			return err
		}
		if err := a.Looked(ctx, who, what, subject); err != nil {
			return err
		}
	}
	return fn(a, who)
}

// there are the options of a station that exists: without --data the station's folder, else the demo's.
func (c *cli) there() (app.Options, error) {
	o := c.options("certdesk")
	if c.data != "" {
		return o, nil
	}
	if _, err := os.Stat(o.Dir); err == nil {
		return o, nil
	}
	if d := c.options("certdesk-demo"); c.data == "" {
		if _, err := os.Stat(d.Dir); err == nil {
			return d, nil
		}
	}
	return o, nil
}

func (c *cli) signIn(ctx context.Context, a *app.App) (service.Actor, error) {
	in := bufio.NewReader(c.in)
	fmt.Fprint(c.err, service.T("登录号：", "Login: ").In(c.language()))
	login, err := in.ReadString('\n')
	if err != nil {
		return service.Actor{}, service.E(service.SignInFailed, "cli.signIn", service.Args{"left": "?"}, err)
	}
	fmt.Fprint(c.err, service.T("口令：", "Password: ").In(c.language()))
	password, err := c.password(in)
	fmt.Fprintln(c.err)
	if err != nil {
		return service.Actor{}, service.E(service.SignInFailed, "cli.signIn", service.Args{"left": "?"}, err)
	}
	return a.People.SignIn(ctx, strings.TrimSpace(login), password)
}

// password reads without echo at a terminal, and a plain line where the input is a pipe.
func (c *cli) password(in *bufio.Reader) ([]byte, error) {
	if f, ok := c.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return term.ReadPassword(int(f.Fd()))
	}
	line, err := in.ReadBytes('\n')
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line, err
}
