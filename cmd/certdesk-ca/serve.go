package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"certdesk/service"
	"certdesk/service/ca/server"
)

const sweepEvery = time.Hour

// service hours of the centre: where it listens, and how long a pair may stay unconfirmed.
type serving struct {
	listen  string
	crl     string
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
	cmd.Flags().StringVar(&s.crl, "crl-listen", "", "address to give out the CRL on, over plain HTTP (default: not)")
	cmd.Flags().DurationVar(&s.confirm, "confirm-within", 72*time.Hour, "revoke pairs that no station confirmed within this time")
	return cmd
}

func (c *cli) serve(ctx context.Context, a app, s serving) error {
	log := slog.New(slog.NewTextHandler(c.err, nil))
	running, err := server.Listen(ctx, a.svc, s.listen, server.New(a.svc, a.env, log))
	if err != nil {
		return err
	}
	if s.crl != "" {
		stop, err := publish(ctx, s.crl, server.Public(a.svc, a.env, log))
		if err != nil {
			return errors.Join(err, running.Close())
		}
		defer stop()
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

// publish gives the CRL to anybody: relying parties fetch it from the address in the certificates.
func publish(ctx context.Context, addr string, h http.Handler) (stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, service.E(service.InputInvalid, "certdesk-ca", service.Args{"field": "crl-listen", "reason": "listen"}, err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	go func() { _ = s.Serve(l) }() // ends with Close
	return func() { _ = s.Close() }, nil
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
