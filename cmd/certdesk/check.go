package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"certdesk/service"
	"certdesk/service/idcheck"
	"certdesk/tui/text"
)

// verdict is one checked number (docs/CLI.md).
type verdict struct {
	Input  string `json:"input"`
	Type   string `json:"type"`
	Valid  bool   `json:"valid"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

func (c *cli) checkCommand() *cobra.Command {
	kind := "auto"
	cmd := &cobra.Command{
		Use: "check [--type T] NUMBER…", Short: "check identity numbers, credit codes, mobiles and names",
		Args: cobra.MinimumNArgs(1),
		RunE: c.run(func(_ context.Context, args []string) error { return c.check(kind, args) }),
	}
	cmd.Flags().StringVar(&kind, "type", "auto", "id, uscc, org, permit, passport, mobile, name or auto")
	return cmd
}

func (c *cli) check(kind string, args []string) error {
	if !knownType(kind) {
		return usage{fmt.Errorf("--type is one of %s", strings.Join(typeNames(), ", "))}
	}
	checker := idcheck.New(time.Now)
	verdicts := make([]verdict, 0, len(args))
	var lines []string
	for _, in := range args {
		v := c.verdict(checker, idcheck.Type(kind), in)
		verdicts = append(verdicts, v)
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %s  %s  %s", mark(v.Valid), v.Input, v.Type, v.Reason), " "))
	}
	return c.print(verdicts, lines...)
}

func (c *cli) verdict(checker idcheck.Checker, kind idcheck.Type, in string) verdict {
	r, err := checker.Check(kind, in)
	v := verdict{Input: in, Type: string(r.Type), Valid: err == nil}
	if err != nil {
		x := text.Explain(err, c.language())
		v.Code, v.Reason = string(service.CodeOf(err)), x.Cause
	}
	return v
}

func typeNames() []string {
	var out []string
	for _, t := range idcheck.Types() {
		out = append(out, string(t))
	}
	return out
}

func knownType(kind string) bool {
	for _, t := range typeNames() {
		if t == kind {
			return true
		}
	}
	return false
}
