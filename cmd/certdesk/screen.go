package main

import (
	"context"

	"github.com/spf13/pflag"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
)

func (c *cli) screenFlags() *pflag.FlagSet {
	return pflag.NewFlagSet("screen", pflag.ContinueOnError)
}

// screen opens the counter of a joined station.
func (c *cli) screen(ctx context.Context, _ []string) error {
	a, err := app.Open(ctx, c.options("certdesk"))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Ready(); err != nil {
		return err
	}
	return c.open(ctx, a)
}

func (c *cli) open(ctx context.Context, a *app.App) error {
	return service.E(service.TerminalNone, "screen", nil, nil)
}
