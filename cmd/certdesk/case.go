package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/service/flow"
)

func (c *cli) caseCommand() *cobra.Command {
	cmd := c.group("case", "cases of this station")
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "list cases, newest first", Args: cobra.NoArgs,
			RunE: c.run(func(ctx context.Context, _ []string) error { return c.caseList(ctx) })},
		&cobra.Command{Use: "show NO", Short: "one case with its history", Args: cobra.ExactArgs(1),
			RunE: c.run(func(ctx context.Context, args []string) error { return c.caseShow(ctx, args[0]) })},
	)
	return cmd
}

func (c *cli) caseList(ctx context.Context) error {
	return c.beside(ctx, "cases", "all", func(a *app.App, who service.Actor) error {
		found, err := a.Engine.Find(ctx, who, service.CaseQuery{Limit: 100000})
		if err != nil {
			return err
		}
		reports := make([]app.CaseReport, 0, len(found))
		var lines []string
		for _, s := range found {
			r, err := a.Report(ctx, who, s.No, false)
			if err != nil {
				return err
			}
			reports = append(reports, r)
			lines = append(lines, caseLine(r, s, c.language()))
		}
		return c.print(reports, lines...)
	})
}

func caseLine(r app.CaseReport, s service.CaseSummary, lang service.Lang) string {
	return fmt.Sprintf("%s  %s  %s  %s  %10s  %s", r.No, service.Local(s.Created).Format("01-02 15:04"), r.Kind, s.Status.Title().In(lang), service.Money(r.Fee), r.Customer)
}

func (c *cli) caseShow(ctx context.Context, no string) error {
	return c.beside(ctx, "case", no, func(a *app.App, who service.Actor) error {
		r, err := a.Report(ctx, who, no, false)
		if err != nil {
			return err
		}
		d, err := a.Engine.Detail(ctx, who, no)
		if err != nil {
			return err
		}
		return c.print(r, c.detail(d, a.Env.Now())...)
	})
}

func (c *cli) detail(d flow.Detail, now time.Time) []string {
	l := c.language()
	out := []string{d.Case.No + "  " + d.Title.In(l) + "  " + d.Case.Status.Title().In(l), d.Customer.Name + "  " + service.Mask(d.Customer.Number)}
	if d.Case.Receipt != "" {
		out = append(out, service.T("收据 ", "Receipt ").In(l)+d.Case.Receipt+"  ￥"+d.Case.Fee.String())
	}
	for _, cert := range d.Certificates {
		out = append(out, service.T("证书 ", "Certificate ").In(l)+cert.Serial+"  "+cert.StatusAt(now).Title().In(l)+
			"  "+service.Local(cert.NotAfter).Format("2006-01-02"))
	}
	for _, ev := range d.History {
		out = append(out, service.Local(ev.At).Format("2006-01-02 15:04:05")+"  "+ev.Text.In(l)+"  "+ev.By)
	}
	return out
}
