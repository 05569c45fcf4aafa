package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"certdesk/service"
	"certdesk/service/ca"
)

func (c *cli) stationCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the stations", Args: cobra.NoArgs,
		RunE: c.begin(func(ctx context.Context, _ []string) error { return c.listStations(ctx) })}
	revoke := &cobra.Command{Use: "revoke ID", Short: "End a station for good", Args: cobra.ExactArgs(1),
		RunE: c.begin(func(ctx context.Context, args []string) error {
			return c.with(ctx, func(a app) error {
				if err := a.svc.RevokeStation(ctx, args[0]); err != nil {
					return err
				}
				return c.print(map[string]string{"station": args[0], "status": "revoked"}, args[0]+" revoked\n")
			})
		})}
	return group("station", "Stations and their join codes", c.addCommand(), list, revoke)
}

// invitation is what station add was asked for.
type invitation struct {
	spec    ca.StationSpec
	address string
	out     string
}

func (c *cli) addCommand() *cobra.Command {
	var i invitation
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Write a station down and give its join code",
		Long: "Writes a station down and gives its join code, which is good once and expires. With --out the code is\n" +
			"written to a file that only its owner may read, with the centre's address on a second line.",
		Args: cobra.NoArgs,
		RunE: c.begin(func(ctx context.Context, _ []string) error { return c.addStation(ctx, i) }),
	}
	f := cmd.Flags()
	f.StringVar(&i.spec.ID, "id", "", "number of the station, as it stands in case numbers")
	f.StringVar(&i.spec.Hall, "hall", "", "name of the hall")
	f.StringVar(&i.spec.Window, "window", "", "number of the window")
	f.DurationVar(&i.spec.Valid, "valid", 72*time.Hour, "how long the join code is good")
	f.StringVar(&i.address, "address", "", "address of the centre as the station reaches it: HOST:PORT")
	f.StringVar(&i.out, "out", "", "file for the join code")
	return must(cmd, "id", "hall", "window")
}

func (c *cli) addStation(ctx context.Context, i invitation) error {
	return c.with(ctx, func(a app) (err error) {
		var file *os.File
		if i.out != "" { // before the code exists: it cannot be had again
			if file, err = os.OpenFile(i.out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
				return service.E(service.StoreReadOnly, "certdesk-ca", service.Args{"path": i.out}, err)
			}
		}
		code, err := a.svc.AddStation(ctx, i.spec)
		if err != nil {
			drop(file)
			return err
		}
		result := map[string]string{"station": i.spec.ID, "fingerprint": code.Fingerprint}
		if file == nil {
			result["code"] = code.String()
			return c.print(result, code.String()+"\n")
		}
		result["file"] = i.out
		if err := writeCode(file, code, i.address); err != nil {
			return err
		}
		return c.print(result, "join code of "+i.spec.ID+" in "+i.out+"\n")
	})
}

func drop(f *os.File) {
	if f != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}

func writeCode(f *os.File, code ca.JoinCode, address string) error {
	text := code.String() + "\n"
	if address != "" {
		text += address + "\n"
	}
	_, err := f.WriteString(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return service.E(service.StoreFailed, "certdesk-ca", nil, err)
	}
	return nil
}

// stationRow is a station as printed.
type stationRow struct {
	ID     string `json:"id"`
	Hall   string `json:"hall"`
	Window string `json:"window"`
	Status string `json:"status"` // invited, joined or revoked
}

func (c *cli) listStations(ctx context.Context) error {
	return c.with(ctx, func(a app) error {
		infos, err := a.svc.Stations(ctx)
		if err != nil {
			return err
		}
		rows := []stationRow{}
		var b strings.Builder
		for _, t := range infos {
			r := stationRow{ID: t.ID, Hall: t.Hall, Window: t.Window, Status: stationStatus(t)}
			rows = append(rows, r)
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", r.ID, r.Status, r.Window, r.Hall)
		}
		return c.print(rows, b.String())
	})
}

func stationStatus(t ca.StationInfo) string {
	switch {
	case !t.Revoked.IsZero():
		return "revoked"
	case !t.Joined.IsZero():
		return "joined"
	}
	return "invited"
}
