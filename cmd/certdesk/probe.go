package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/token/host"
	"certdesk/token/profile"
)

// probeCommand writes the draft of a token profile. The library is loaded by another run of this program, which it may take down.
func (c *cli) probeCommand() *cobra.Command {
	serial := ""
	cmd := &cobra.Command{
		Use: "probe", Short: "draft a token profile from what a maker's library tells (--driver, --module)", Args: cobra.NoArgs,
		Long: "Loads the library that --driver and --module name, in a process of its own, asks it and the token that is in for everything that\n" +
			"needs no PIN, and prints a profile (TOML, docs/token-profiles.md). What could not be found out stands there as a comment. The\n" +
			"token is not changed.",
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.probe(ctx, serial) }),
	}
	cmd.Flags().StringVar(&serial, "serial", "", "the token to look at (default: the first that is in)")
	return cmd
}

func (c *cli) probe(ctx context.Context, serial string) error {
	if c.device.Soft() {
		return service.E(service.InputRequired, "cli.probe", service.Args{"field": "--driver"}, nil)
	}
	if _, _, err := c.device.Resolve(); err != nil {
		return err
	}
	seen, err := c.seen(ctx, serial)
	if err != nil {
		return err
	}
	if c.json {
		return c.print(seen)
	}
	return c.print(nil, strings.TrimRight(string(profile.Draft(seen)), "\n"))
}

// seen has the other process look.
func (c *cli) seen(ctx context.Context, serial string) (seen profile.Seen, err error) {
	args := c.device.Command("token-probe")
	cmd := exec.CommandContext(ctx, args[0], append(args[1:], "--serial", serial, "--lang", string(c.language()))...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err = cmd.Run()
	if cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == 1 {
		_, _ = c.err.Write(said.Bytes()) // it said what is wrong in the words of the counter
		return seen, told{err}
	}
	if err != nil {
		return seen, service.E(service.TokenHostDied, "cli.probe", service.Args{"driver": c.device.Driver, "reason": err.Error()}, err)
	}
	if err := json.Unmarshal(out.Bytes(), &seen); err != nil {
		return seen, service.E(service.TokenHostDied, "cli.probe", service.Args{"driver": c.device.Driver, "reason": "protocol"}, err)
	}
	return seen, nil
}

// lookCommand is the other process of probe.
func (c *cli) lookCommand() *cobra.Command {
	serial := ""
	cmd := &cobra.Command{Use: "token-probe", Short: "the part of token probe that loads the library", Hidden: true, Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.look(ctx, serial) })}
	cmd.Flags().StringVar(&serial, "serial", "", "the token to look at")
	return cmd
}

func (c *cli) look(ctx context.Context, serial string) error {
	_, out, err := host.Pipes() // a library that prints must not print into the answer
	if err != nil {
		return err
	}
	d, err := c.device.Library(app.RealEnv())
	if err != nil {
		return err
	}
	defer d.Close()
	s, ok := d.(interface {
		Seen(ctx context.Context, serial string) (profile.Seen, error)
	})
	if !ok {
		return service.E(service.TokenUnsupported, "cli.look", service.Args{"what": "probe"}, nil)
	}
	seen, err := s.Seen(ctx, serial)
	if err != nil {
		return err
	}
	_, seen.Module, _ = c.device.Resolve() // it was resolved above
	seen.GOOS, seen.GOARCH = runtime.GOOS, runtime.GOARCH
	return json.NewEncoder(out).Encode(seen)
}
