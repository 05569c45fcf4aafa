package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"certdesk/service/ca/server"
)

const sweepEvery = time.Hour

// service hours of the centre: where it listens, and how long a pair may stay unconfirmed.
type serving struct {
	listen  string
	confirm time.Duration
}

func (c *cli) serveCommand() *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the stations until interrupted",
		Args:  cobra.NoArgs,
		RunE: c.begin(func(ctx context.Context, _ []string) error {
			return c.with(ctx, func(a app) error { return c.serve(ctx, a, s) })
		}),
	}
	cmd.Flags().StringVar(&s.listen, "listen", "127.0.0.1:8443", "address to listen on")
	cmd.Flags().DurationVar(&s.confirm, "confirm-within", 72*time.Hour, "revoke pairs that no station confirmed within this time")
	return cmd
}

func (c *cli) serve(ctx context.Context, a app, s serving) error {
	log := slog.New(slog.NewTextHandler(c.err, nil))
	running, err := server.Listen(ctx, a.svc, s.listen, server.New(a.svc, a.env, log))
	if err != nil {
		return err
	}
	if err := c.print(map[string]string{"listening": running.Addr()}, "listening on "+running.Addr()+"\n"); err != nil {
		return err
	}
	sweep(ctx, a, s.confirm, log)
	log.Info("stopping")
	if err := running.Close(); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// sweep revokes what nobody confirmed, at once and every hour, until ctx ends.
func sweep(ctx context.Context, a app, within time.Duration, log *slog.Logger) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		n, err := a.svc.SweepUnconfirmed(ctx, within)
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("sweep", "error", err)
		case n > 0:
			log.Warn("unconfirmed pairs revoked", "pairs", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
