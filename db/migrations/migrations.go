// Package migrations carries the numbered steps of the station store's schema. A step that has been released is never edited.
package migrations

import "embed"

// Files are the steps in goose's form.
//
//go:embed *.sql
var Files embed.FS
