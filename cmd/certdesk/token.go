package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/token/softkey"
)

func (c *cli) tokenCommand() *cobra.Command {
	cmd := c.group("token", "tokens at this station")
	plug := func(use, short string, fn func(*softkey.Driver, string) error) *cobra.Command {
		return &cobra.Command{Use: use + " SERIAL", Short: short, Args: cobra.ExactArgs(1),
			RunE: c.run(func(_ context.Context, args []string) error {
				return c.drawer(func(d *softkey.Driver) error { return fn(d, args[0]) })
			})}
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "tokens that are in", Args: cobra.NoArgs,
			RunE: c.run(func(ctx context.Context, _ []string) error { return c.tokenList(ctx) })},
		&cobra.Command{Use: "inspect SERIAL", Short: "what is on a token", Args: cobra.ExactArgs(1),
			RunE: c.run(func(ctx context.Context, args []string) error { return c.tokenInspect(ctx, args[0]) })},
		&cobra.Command{Use: "new", Short: "lay a blank soft UKey into the drawer", Args: cobra.NoArgs,
			RunE: c.run(func(context.Context, []string) error { return c.tokenNew() })},
		c.signCommand(), c.probeCommand(),
		plug("insert", "plug a soft UKey in", (*softkey.Driver).Insert),
		plug("remove", "pull a soft UKey out", (*softkey.Driver).Remove),
	)
	return cmd
}

func (c *cli) drawer(fn func(*softkey.Driver) error) error {
	o, err := c.there()
	if err != nil {
		return err
	}
	d, err := softkey.Open(filepath.Join(o.Dir, "ukeys"), app.RealEnv())
	if err != nil {
		return err
	}
	defer d.Close()
	return fn(d)
}

// reader opens the tokens for a command that only looks: the drawer's, or those of a maker's library, which needs no data folder.
func (c *cli) reader(ctx context.Context, fn func(service.Tokens) error) error {
	if c.device.Soft() {
		return c.drawer(func(d *softkey.Driver) error { return fn(d) })
	}
	h, _, err := c.device.Start(ctx, app.RealEnv(), io.Discard, false)
	if err != nil {
		return err
	}
	defer h.Close()
	return fn(h)
}

func (c *cli) tokenNew() error {
	return c.drawer(func(d *softkey.Driver) error {
		serial, err := d.NewSerial()
		if err == nil {
			err = d.Create(serial)
		}
		if err != nil {
			return err
		}
		return c.print(map[string]string{"serial": serial}, serial)
	})
}

// tokenLine is a token as scripts read it (docs/CLI.md).
type tokenLine struct {
	Serial      string `json:"serial"`
	Label       string `json:"label"`
	Model       string `json:"model"`
	Driver      string `json:"driver"`
	Initialised bool   `json:"initialised"`
	Free        int64  `json:"free"`
	PINLeft     int    `json:"pinLeft"`
	Locked      bool   `json:"locked"`
}

func lineOf(i service.TokenInfo) tokenLine {
	return tokenLine{i.Serial, i.Label, i.Model, i.Driver, i.Initialised, i.Free, i.User.Left, i.User.Locked}
}

func (c *cli) tokenList(ctx context.Context) error {
	return c.reader(ctx, func(d service.Tokens) error {
		infos, err := d.List(ctx)
		if err != nil {
			return err
		}
		out := make([]tokenLine, 0, len(infos))
		var lines []string
		for _, i := range infos {
			out = append(out, lineOf(i))
			lines = append(lines, fmt.Sprintf("%s  %s  %s  %s", i.Serial, i.Driver, i.Model, i.Label))
		}
		return c.print(out, lines...)
	})
}

func (c *cli) tokenInspect(ctx context.Context, serial string) error {
	return c.beside(ctx, "token", serial, func(a *app.App, _ service.Actor) error {
		v, err := a.Engine.Inspect(ctx, serial)
		if err != nil {
			return err
		}
		certs := []map[string]any{}
		lines := []string{v.Info.Serial + "  " + v.Info.Model + "  " + v.Info.Label, fmt.Sprintf("PIN %d/%d", v.Info.User.Left, v.Info.User.Max)}
		for _, k := range v.Containers {
			for _, cert := range k.Certificates {
				certs = append(certs, map[string]any{"container": k.Name, "usage": cert.Usage, "serial": cert.Serial, "subject": cert.Subject,
					"notAfter": cert.NotAfter, "daysLeft": cert.DaysLeft, "status": cert.Status, "known": cert.Known})
				lines = append(lines, fmt.Sprintf("%s  %-7s  %s  %s", cert.Serial, cert.Usage, cert.NotAfter.Format("2006-01-02"), cert.Subject))
			}
		}
		return c.print(map[string]any{"token": lineOf(v.Info), "case": v.Case, "certificates": certs}, lines...)
	})
}
