package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
)

// cli is what the subcommands share.
type cli struct {
	in       io.Reader
	out, err io.Writer
	data     string
	keyFile  string
	lang     string
	json     bool
	draw     screenOptions
	device   app.Device
	began    bool // past flags and arguments: what fails from here on is no wrong usage
}

func (c *cli) root() *cobra.Command {
	cmd := &cobra.Command{
		Use: "certdesk", Short: "数字证书受理点工作站 / certificate counter station",
		Long: "certdesk opens the screen of the counter. Without a joined station use `certdesk demo`.",
		Args: cobra.NoArgs, SilenceErrors: true, SilenceUsage: true,
		RunE: c.run(c.screen),
	}
	cmd.SetOut(c.out)
	cmd.SetErr(c.err)
	f := cmd.PersistentFlags()
	f.StringVar(&c.data, "data", os.Getenv("CERTDESK_DATA"), "data folder (CERTDESK_DATA; default: the XDG data folder)")
	f.StringVar(&c.keyFile, "key-file", os.Getenv("CERTDESK_KEY_FILE"), "data key, outside the data folder (default: the data folder's name with .key)")
	f.StringVar(&c.lang, "lang", "", "zh or en (default: zh)")
	f.StringVar(&c.device.Driver, "driver", orElse(os.Getenv("CERTDESK_DRIVER"), app.SoftKey), "kind of token: softkey, p11 (PKCS #11) or skf (GM/T 0016) (CERTDESK_DRIVER)")
	f.StringVar(&c.device.Module, "module", os.Getenv("CERTDESK_MODULE"), "the token maker's library (CERTDESK_MODULE; default: where the profile looks)")
	f.StringVar(&c.device.Profile, "profile", os.Getenv("CERTDESK_PROFILE"), "token profile: a built-in name or a TOML file (CERTDESK_PROFILE; default: the driver's)")
	f.BoolVar(&c.json, "json", false, "print one JSON value")
	cmd.Flags().AddFlagSet(c.screenFlags())
	cmd.AddCommand(c.demoCommand(), c.checkCommand(), c.joinCommand(), c.caseCommand(), c.certCommand(), c.tokenCommand(), c.auditCommand(), c.doctorCommand(), c.hostCommand(), c.lookCommand())
	return cmd
}

// run adapts a plain function to cobra. Whatever fails before it is wrong usage.
func (c *cli) run(fn func(context.Context, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if c.lang != "" && c.lang != string(service.ZH) && c.lang != string(service.EN) {
			return usage{fmt.Errorf("--lang is zh or en")}
		}
		c.began = true
		if !slices.Contains(app.Drivers(), c.device.Driver) {
			return service.E(service.TokenUnsupported, "cli.driver", service.Args{"what": c.device.Driver}, nil)
		}
		return fn(cmd.Context(), args)
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (c *cli) language() service.Lang {
	if c.lang == string(service.EN) {
		return service.EN
	}
	return service.ZH
}

// options are the station's, with the default data folder name under the XDG data folder.
func (c *cli) options(name string) app.Options {
	dir := c.data
	if dir == "" {
		dir = filepath.Join(xdgData(), name)
	}
	return app.Options{Dir: dir, KeyFile: c.keyFile, Env: app.RealEnv(), Device: c.device}.Absolute()
}

// xdgData follows the XDG Base Directory Specification.
func xdgData() string {
	if d := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return d
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "."
	}
	return filepath.Join(home, ".local", "share")
}

// print writes a result: one JSON value, or lines.
func (c *cli) print(value any, lines ...string) error {
	if c.json {
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(value)
	}
	_, err := lipgloss.Fprint(c.out, strings.Join(append(lines, ""), "\n"))
	return err
}

// group is a command that only holds others.
func (c *cli) group(use, short string, subs ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return fmt.Errorf("%s: %s", cmd.CommandPath(), service.T("还要一个子命令", "needs a command").In(c.language()))
	}}
	g.AddCommand(subs...)
	return g
}
