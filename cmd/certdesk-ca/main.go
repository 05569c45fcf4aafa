// Command certdesk-ca is the reference centre: it founds the CA, serves the stations and keeps their list, people and catalog.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"certdesk/cmd/harden"
)

func main() {
	harden.Process()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}
