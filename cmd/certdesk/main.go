// Command certdesk is the station on the clerk's desk.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"certdesk/cmd/harden"
	"certdesk/cmd/problem"
)

func main() {
	harden.Process()
	os.Exit(program())
}

// program runs one invocation and gives its exit code.
func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	c := &cli{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	return c.exit(c.root().ExecuteContext(ctx))
}

// endings are the signals that end a command in order. A hang-up stays ignored where who started the program wants it so (nohup).
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// usage marks an error of the command line itself: exit code 2.
type usage struct{ error }

// told marks an error that stands on standard error already.
type told struct{ error }

// exit prints what went wrong, in words, and gives the exit code: 0, 1 on failure, 2 on wrong usage (DESIGN 14).
func (c *cli) exit(err error) int {
	var u usage
	var said told
	switch {
	case errors.As(err, &said):
		return 1
	case err == nil:
		return 0
	case !c.began || errors.As(err, &u):
		problem.Usage(c.err, "certdesk", err, c.language())
		return 2
	}
	problem.Write(c.err, err, c.language())
	return 1
}
