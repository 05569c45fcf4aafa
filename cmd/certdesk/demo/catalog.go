package demo

import (
	"bytes"
	_ "embed"
)

//go:embed catalog.toml
var catalogTOML []byte

// CatalogTOML is the demo hall's catalog file, a copy each time.
func CatalogTOML() []byte { return bytes.Clone(catalogTOML) }
