package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"certdesk/service"
	"certdesk/service/catalog"
)

func (c *cli) catalogCommand() *cobra.Command {
	apply := &cobra.Command{Use: "apply FILE", Short: "Make FILE the catalog of every station", Args: cobra.ExactArgs(1),
		RunE: c.begin(func(ctx context.Context, args []string) error { return c.applyCatalog(ctx, args[0]) })}
	return group("catalog", "Projects, products, tariff and materials", apply)
}

func (c *cli) applyCatalog(ctx context.Context, path string) error {
	return c.with(ctx, func(a app) error {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return service.E(service.NotFound, "certdesk-ca", service.Args{"what": "file", "id": path}, err)
		}
		if err != nil {
			return service.E(service.StoreFailed, "certdesk-ca", nil, err)
		}
		if _, err := catalog.Load(text); err != nil {
			return err
		}
		if err := a.svc.PutCatalog(ctx, text); err != nil {
			return err
		}
		return c.print(map[string]any{"catalog": path, "bytes": len(text)}, fmt.Sprintf("%s applied\n", path))
	})
}
