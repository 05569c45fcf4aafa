package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/service/sm"
)

// certificate is one issued certificate as scripts read it (docs/CLI.md).
type certificate struct {
	Serial    string    `json:"serial"`
	Usage     string    `json:"usage"`
	Subject   string    `json:"subject"`
	Line      string    `json:"line"`
	Status    string    `json:"status"`
	NotBefore time.Time `json:"notBefore"`
	NotAfter  time.Time `json:"notAfter"`
	Case      string    `json:"case"`
}

func (c *cli) certCommand() *cobra.Command {
	pem := false
	show := &cobra.Command{Use: "show SERIAL", Short: "one certificate", Args: cobra.ExactArgs(1),
		RunE: c.run(func(ctx context.Context, args []string) error { return c.certShow(ctx, args[0], pem) })}
	show.Flags().BoolVar(&pem, "pem", false, "print it as PEM")
	cmd := c.group("cert", "certificates issued at this station")
	cmd.AddCommand(show, &cobra.Command{Use: "list", Short: "list certificates", Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.certList(ctx) })})
	return cmd
}

func describe(k service.Certificate, now time.Time) certificate {
	return certificate{Serial: k.Serial, Usage: string(k.Usage), Subject: k.Subject, Line: k.Line, Status: string(k.StatusAt(now)),
		NotBefore: k.NotBefore, NotAfter: k.NotAfter, Case: k.Case}
}

func (c *cli) certList(ctx context.Context) error {
	return c.beside(ctx, "certs", "all", func(a *app.App, _ service.Actor) error {
		var found []service.Certificate
		err := a.Store.Read(ctx, func(v service.View) (err error) {
			found, err = v.Certificates.Find(service.CertificateQuery{Limit: 100000})
			return err
		})
		if err != nil {
			return err
		}
		out := make([]certificate, 0, len(found))
		var lines []string
		for _, k := range found {
			d := describe(k, a.Env.Now())
			out = append(out, d)
			lines = append(lines, fmt.Sprintf("%s  %-7s  %-7s  %s  %s", d.Serial, d.Usage, d.Status, d.NotAfter.Format("2006-01-02"), d.Subject))
		}
		return c.print(out, lines...)
	})
}

func (c *cli) certShow(ctx context.Context, serial string, pem bool) error {
	return c.beside(ctx, "cert", serial, func(a *app.App, _ service.Actor) error {
		var k service.Certificate
		err := a.Store.Read(ctx, func(v service.View) (err error) {
			k, err = v.Certificates.Certificate(strings.ToUpper(serial))
			return err
		})
		if err != nil {
			return err
		}
		if pem {
			_, err := fmt.Fprint(c.out, sm.EncodePEM(k.DER))
			return err
		}
		d := describe(k, a.Env.Now())
		return c.print(d, d.Serial+"  "+d.Usage+"  "+d.Status, d.Subject, d.NotBefore.Format(time.RFC3339)+" – "+d.NotAfter.Format(time.RFC3339), d.Line+"  "+d.Case)
	})
}
