package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
)

func (c *cli) joinCommand() *cobra.Command {
	var file, address string
	cmd := &cobra.Command{
		Use: "join [--code-file F] [--address HOST:PORT]", Short: "make this machine a station of a centre",
		Long: "Reads the join code from a file (its second line may hold the centre's address) or asks for it at a prompt. A code is used once.",
		Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.join(ctx, file, address) }),
	}
	cmd.Flags().StringVar(&file, "code-file", "", "file with the join code")
	cmd.Flags().StringVar(&address, "address", "", "the centre's address")
	return cmd
}

func (c *cli) join(ctx context.Context, file, address string) error {
	code, at, err := c.joinCode(file)
	if err != nil {
		return err
	}
	if address == "" {
		address = at
	}
	if address == "" {
		return usage{fmt.Errorf("--address HOST:PORT is needed: the code names none")}
	}
	o := c.options("certdesk")
	o.Create = true
	a, err := app.Open(ctx, o)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Live(ctx); err != nil {
		return err
	}
	if err := a.Join(ctx, address, code); err != nil {
		return err
	}
	s := a.Station
	return c.print(map[string]string{"station": s.ID, "hall": s.Hall, "window": s.Window, "address": address},
		service.T("已加入："+s.ID+" "+s.Hall+" "+s.Window+" 号窗口", "joined: "+s.ID+" "+s.Hall+" window "+s.Window).In(c.language()))
}

// joinCode reads code and address from a file or from a line typed at the prompt; never from an argument.
func (c *cli) joinCode(file string) (code, address string, err error) {
	in := c.in
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return "", "", service.E(service.NotFound, "join", service.Args{"what": "file", "id": file}, err)
		}
		defer f.Close()
		in = f
	} else {
		fmt.Fprint(c.err, service.T("加入码：", "Join code: ").In(c.language()))
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() && address == "" {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "":
		case code == "":
			code = line
			if file == "" {
				return code, "", nil
			}
		default:
			address = line
		}
	}
	return code, address, lines.Err()
}
