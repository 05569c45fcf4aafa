package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/demo"
)

type demoFlags struct {
	auto int
	seed uint64
}

func (c *cli) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use: "demo", Short: "a whole hall on this machine: centre on loopback, soft UKeys, customers",
		Long: "Opens a demo hall: a centre on a loopback port, a station that has joined it, soft UKeys and invented people. --auto serves\n" +
			"customers with no screen. Soft UKeys and passwords of the demo are guarded by far cheaper argon2id parameters than a real\n" +
			"station's (1 pass over 64 KiB and over 8 MiB): they protect nothing and are printed. Never use a demo's data for anything else.",
		Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.demo(ctx, f) }),
	}
	cmd.Flags().IntVar(&f.auto, "auto", 0, "serve this many customers with no screen")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "which customers come (never keys, PINs of staff or numbers of the CA)")
	cmd.Flags().AddFlagSet(c.screenFlags())
	return cmd
}

func (c *cli) demo(ctx context.Context, f demoFlags) error {
	if f.auto < 0 {
		return usage{fmt.Errorf("--auto takes a number of customers")}
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	hall, err := demo.Open(ctx, c.options("certdesk-demo"), log)
	if err != nil {
		return err
	}
	defer hall.Close()
	if f.auto > 0 {
		return c.demoAuto(ctx, hall, f)
	}
	for _, line := range demo.Welcome(c.language()) {
		fmt.Fprintln(c.out, line)
	}
	return c.open(ctx, hall.App, c.welcome())
}

func (c *cli) demoAuto(ctx context.Context, hall *demo.Hall, f demoFlags) error {
	auto, err := demo.NewAuto(ctx, hall.App, demo.People(), f.seed, f.auto)
	if err != nil {
		return err
	}
	s, err := auto.Run(ctx)
	if err != nil {
		return err
	}
	return c.print(s, s.Lines()...)
}
