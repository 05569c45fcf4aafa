package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/token"
	"certdesk/token/host"
)

// hostCommand is the helper process that a token maker's library runs in. Nobody calls it by hand.
func (c *cli) hostCommand() *cobra.Command {
	return &cobra.Command{
		Use: "token-host", Short: "a token maker's library in a process of its own (started by the station)", Hidden: true, Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.host(ctx) }),
	}
}

// host serves the station until the pipe ends. A key on the terminal is meant for the station: what runs here is finished first.
func (c *cli) host(ctx context.Context) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	in, out, err := host.Pipes()
	if err != nil {
		return err
	}
	return host.Serve(context.WithoutCancel(ctx), in, out, func() (token.Driver, error) { return c.device.Library(app.RealEnv()) })
}
