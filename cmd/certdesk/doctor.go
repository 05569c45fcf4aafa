package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/tui/text"
)

// finding is one thing that doctor looked at.
type finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`          // what was looked at; of a fault, what happened and where
	Code   string `json:"code,omitempty"`  // of a fault
	Cause  string `json:"cause,omitempty"` // of a fault
	Next   string `json:"next,omitempty"`  // of a fault
}

func (c *cli) doctorCommand() *cobra.Command {
	return &cobra.Command{Use: "doctor", Short: "look at everything the station needs, and say what is wrong", Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error { return c.doctor(ctx) })}
}

func (c *cli) doctor(ctx context.Context) error {
	o, err := c.there()
	if err != nil {
		return err
	}
	found := app.Doctor(ctx, o)
	found = append(found, app.Finding{Name: service.T("终端", "terminal"), Detail: service.Same(os.Getenv("TERM") + " " + os.Getenv("LANG")), Err: terminal()})
	out := make([]finding, 0, len(found))
	var lines []string
	bad := false
	for _, f := range found {
		d := c.finding(f)
		out = append(out, d)
		bad = bad || !d.OK
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %s  %s", mark(d.OK), d.Check, d.Detail), " "))
		for _, more := range []string{d.Cause, d.Next} {
			if more != "" {
				lines = append(lines, "    "+more)
			}
		}
	}
	if err := c.print(out, lines...); err != nil || !bad {
		return err
	}
	return firstOf(found)
}

func (c *cli) finding(f app.Finding) finding {
	l := c.language()
	d := finding{Check: f.Name.In(l), OK: f.Err == nil, Detail: f.Detail.In(l)}
	if f.Err != nil {
		x := text.Explain(f.Err, l)
		d.Code, d.Cause, d.Next = string(service.CodeOf(f.Err)), x.Cause, x.Next
		d.Detail = strings.TrimRight(x.Title+service.T("；", "; ").In(l)+d.Detail, "； ;")
	}
	return d
}

func firstOf(found []app.Finding) error {
	for _, f := range found {
		if f.Err != nil {
			return f.Err
		}
	}
	return nil
}

// terminal looks at the locale: Chinese needs UTF-8.
func terminal() error {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(os.Getenv(name)); v != "" {
			if strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8") {
				return nil
			}
			return service.E(service.TerminalLocale, "doctor", service.Args{"locale": v}, nil)
		}
	}
	return service.E(service.TerminalLocale, "doctor", service.Args{"locale": "C"}, nil)
}
