package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"certdesk/cmd/problem"
	"certdesk/service"
)

// Exit codes of the command line (a contract: scripts rely on it).
const (
	exitOK    = 0
	exitFail  = 1
	exitUsage = 2
)

type streams struct {
	in       io.Reader
	out, err io.Writer
}

// cli is one invocation.
type cli struct {
	streams
	db    string
	json  bool
	lang  string
	began bool // past flags and arguments: what fails now is no wrong usage
}

func run(ctx context.Context, args []string, s streams) int {
	c := &cli{streams: s}
	root := c.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if !c.began {
		problem.Usage(s.err, "certdesk-ca", err, c.language())
		return exitUsage
	}
	problem.Write(s.err, err, c.language())
	return exitFail
}

func (c *cli) language() service.Lang {
	if c.lang == string(service.EN) {
		return service.EN
	}
	return service.ZH
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "certdesk-ca",
		Short:         "The centre: SM2 CA, KMC, stations, people and catalog",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          needsCommand,
	}
	root.SetIn(c.in)
	root.SetOut(c.out)
	root.SetErr(c.err)
	root.PersistentFlags().StringVar(&c.db, "db", "", "the centre's store: sqlite:FILE")
	root.PersistentFlags().BoolVar(&c.json, "json", false, "print one JSON value")
	root.PersistentFlags().StringVar(&c.lang, "lang", "zh", "zh or en")
	root.AddCommand(c.initCommand(), c.serveCommand(), c.stationCommand(), c.userCommand(), c.catalogCommand())
	return root
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: needsCommand}
	g.AddCommand(subs...)
	return g
}

func needsCommand(cmd *cobra.Command, _ []string) error {
	return fmt.Errorf("%s needs a command; see %s --help", cmd.CommandPath(), cmd.CommandPath())
}

// begin wraps what a command does, so that its errors are told from wrong usage.
func (c *cli) begin(fn func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if _, err := storePath(c.db); err != nil {
			return err
		}
		c.began = true
		return fn(cmd.Context(), args)
	}
}

func must(cmd *cobra.Command, flags ...string) *cobra.Command {
	for _, f := range flags {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(err) // a flag that was never defined
		}
	}
	return cmd
}

// print writes a result: one JSON value, or text.
func (c *cli) print(value any, text string) error {
	if !c.json {
		_, err := io.WriteString(c.out, text)
		return err
	}
	e := json.NewEncoder(c.out)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
