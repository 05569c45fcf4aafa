package db

import (
	"testing"
)

// LimitPages makes the database full: SQLite may not add a page.
func LimitPages(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.write.Exec(`PRAGMA max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
}

// ParseKeyFile is for the fuzz test.
func ParseKeyFile(raw []byte) (key []byte, pin string, err error) { return parseKeyFile(raw) }

// Unwritable is how an error of the file system becomes a code.
func Unwritable(err error) error { return unwritable("Test", err) }
