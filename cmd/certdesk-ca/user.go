package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"certdesk/service"
	"certdesk/service/sm"
)

const minPassword = 8 // characters

func (c *cli) userCommand() *cobra.Command {
	var p service.Staff
	var role string
	add := &cobra.Command{
		Use:   "add",
		Short: "Add a person of the counter, or give one a new password, name or role",
		Long:  "The password is asked for, or read from the first line of standard input; it is never an argument.",
		Args:  cobra.NoArgs,
		RunE: c.begin(func(ctx context.Context, _ []string) error {
			p.Role, p.Active = service.Role(role), true
			return c.addUser(ctx, p)
		}),
	}
	add.Flags().StringVar(&p.Login, "login", "", "sign-in number, digits")
	add.Flags().StringVar(&p.Name, "name", "", "name, as printed on papers")
	add.Flags().StringVar(&role, "role", "", "clerk, reviewer, maker or supervisor")
	list := &cobra.Command{Use: "list", Short: "List the people of the counter", Args: cobra.NoArgs,
		RunE: c.begin(func(ctx context.Context, _ []string) error { return c.listUsers(ctx) })}
	return group("user", "People of the counter", must(add, "login", "name", "role"), list)
}

func (c *cli) addUser(ctx context.Context, p service.Staff) error {
	return c.with(ctx, func(a app) error {
		password, err := c.password()
		if err != nil {
			return err
		}
		defer clear(password)
		if utf8.RuneCount(password) < minPassword {
			return service.E(service.PasswordWeak, "certdesk-ca", service.Args{"rule": fmt.Sprintf("min %d", minPassword)}, nil)
		}
		if p.Password, err = sm.HashPassword(a.env.Rand, password); err != nil {
			return err
		}
		if err := a.svc.PutStaff(ctx, p); err != nil {
			return err
		}
		return c.print(map[string]string{"login": p.Login, "role": string(p.Role)}, p.Login+" "+string(p.Role)+"\n")
	})
}

// password asks twice at a terminal, else it takes the first line of standard input.
func (c *cli) password() ([]byte, error) {
	f, ok := c.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(c.in, 1024)).ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, service.E(service.InputRequired, "certdesk-ca", service.Args{"field": "password"}, err)
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
	first, err := c.ask(f, "Password: ")
	if err != nil {
		return nil, err
	}
	second, err := c.ask(f, "Again: ")
	defer clear(second)
	if err == nil && !bytes.Equal(first, second) {
		err = service.E(service.PINMismatch, "certdesk-ca", nil, nil)
	}
	return first, err
}

func (c *cli) ask(f *os.File, prompt string) ([]byte, error) {
	fmt.Fprint(c.err, prompt)
	line, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(c.err)
	if err != nil {
		return nil, service.E(service.Cancelled, "certdesk-ca", nil, err)
	}
	return line, nil
}

// userRow is a person as printed.
type userRow struct {
	Login  string       `json:"login"`
	Name   string       `json:"name"`
	Role   service.Role `json:"role"`
	Active bool         `json:"active"`
}

func (c *cli) listUsers(ctx context.Context) error {
	return c.with(ctx, func(a app) error {
		people, err := a.svc.Staff(ctx)
		if err != nil {
			return err
		}
		rows := []userRow{}
		var b strings.Builder
		for _, p := range people {
			rows = append(rows, userRow{p.Login, p.Name, p.Role, p.Active})
			fmt.Fprintf(&b, "%s\t%s\t%s\n", p.Login, p.Role, p.Name)
		}
		return c.print(rows, b.String())
	})
}
