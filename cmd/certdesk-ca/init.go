package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"certdesk/service"
	"certdesk/service/ca"
)

func (c *cli) initCommand() *cobra.Command {
	spec := ca.InitSpec{Families: service.OtherFamilies()}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Found the CA: keys, root, issuing CA, KMC and the line's certificates",
		Long: "Founds the CA in a new store. The data key that seals it is written beside the store (FILE.key);\n" +
			"keep a copy of it apart: without it nothing in the store can be opened.",
		Args: cobra.NoArgs,
		RunE: c.begin(func(ctx context.Context, _ []string) error { return c.found(ctx, spec) }),
	}
	cmd.Flags().StringVar(&spec.Name, "name", "", "organisation of the CA, as certificates name it")
	cmd.Flags().StringSliceVar(&spec.Hosts, "host", nil, "DNS name or IP address of the server (repeatable)")
	cmd.Flags().StringVar(&spec.CRLURL, "crl-url", "", "where certificates say the CRL is (default: http://HOST/crl)")
	return must(cmd, "name", "host")
}

func (c *cli) found(ctx context.Context, spec ca.InitSpec) error {
	path, err := storePath(c.db)
	if err != nil {
		return err
	}
	_, statErr := os.Stat(keyPath(path))
	err = open(ctx, path, true, func(a app) error {
		if err := a.svc.Init(ctx, spec); err != nil {
			return err
		}
		fp, err := a.svc.Fingerprint(ctx)
		if err != nil {
			return err
		}
		result := map[string]string{"name": spec.Name, "fingerprint": fp, "key": keyPath(path)}
		return c.print(result, fmt.Sprintf("fingerprint %s\ndata key    %s\n", fp, keyPath(path)))
	})
	if service.IsCode(err, service.CentreExists, service.KeyWrong) && os.IsNotExist(statErr) {
		_ = os.Remove(keyPath(path)) // a key made just now opens nothing: it must not pass for the store's
	}
	return err
}
