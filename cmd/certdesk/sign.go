package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"certdesk/service"
	"certdesk/token/softkey"
)

func (c *cli) signCommand() *cobra.Command {
	var in, out string
	cmd := &cobra.Command{Use: "sign SERIAL --in FILE --out FILE", Short: "sign a file with a token (SM3withSM2, DER); asks for the PIN", Args: cobra.ExactArgs(1),
		RunE: c.run(func(ctx context.Context, args []string) error {
			return c.drawer(func(d *softkey.Driver) error { return c.sign(ctx, d, args[0], in, out) })
		})}
	cmd.Flags().StringVar(&in, "in", "", "file to sign")
	cmd.Flags().StringVar(&out, "out", "", "where the signature goes")
	for _, name := range []string{"in", "out"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was declared two lines above
		}
	}
	return cmd
}

// sign is a trial of a token that was handed over, or comes back with a question: the signature can be checked with any tool.
func (c *cli) sign(ctx context.Context, d *softkey.Driver, serial, in, out string) error {
	if err := present(ctx, d, serial); err != nil {
		return err
	}
	message, err := os.ReadFile(in)
	if err != nil {
		return service.E(service.NotFound, "token.sign", service.Args{"what": "file", "id": in}, err)
	}
	fmt.Fprint(c.err, "PIN: ")
	pin, err := c.password(bufio.NewReader(c.in))
	fmt.Fprintln(c.err)
	defer clear(pin)
	if err != nil && len(pin) == 0 {
		return service.E(service.PINFormat, "token.sign", service.Args{"rule": "min"}, err)
	}
	signature, err := signWith(ctx, d, serial, pin, message)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, signature, 0o600); err != nil {
		return service.E(service.StoreReadOnly, "token.sign", service.Args{"path": out}, err)
	}
	return nil
}

// present makes sure that the token is in before a PIN is asked for.
func present(ctx context.Context, d *softkey.Driver, serial string) error {
	s, err := d.Open(ctx, serial)
	if err != nil {
		return err
	}
	return s.Close()
}

func signWith(ctx context.Context, d *softkey.Driver, serial string, pin, message []byte) ([]byte, error) {
	s, err := d.Open(ctx, serial)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	held, err := s.Containers(ctx)
	if err != nil {
		return nil, err
	}
	if len(held) == 0 {
		return nil, service.E(service.TokenBlank, "token.sign", service.Args{"serial": serial}, nil)
	}
	if err := s.Login(ctx, pin); err != nil {
		return nil, err
	}
	return s.Sign(ctx, held[0].Name, message)
}
