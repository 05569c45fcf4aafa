package db

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"certdesk/service"
)

func internalStore(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Config{
		Dir: dir, Master: make([]byte, KeySize), Wait: 50 * time.Millisecond, Env: service.Env{Now: time.Now, Rand: rand.Reader},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Each error is the driver's own, provoked.
func TestDriverErrors(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := internalStore(t, dir)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	tests := []struct {
		name    string
		provoke func() error
		code    service.Code
	}{
		{"busy", func() error {
			if _, err := s.write.Exec(`BEGIN IMMEDIATE`); err != nil {
				return err
			}
			defer func() { _, _ = s.write.Exec(`ROLLBACK`) }()
			other, err := connect(ctx, Config{Dir: dir, Wait: s.wait}.dsn(true, "rw"), 1)
			if err != nil {
				return err
			}
			defer func() { _ = other.Close() }()
			_, err = other.BeginTx(ctx, nil)
			return err
		}, service.StoreBusy},
		{"a reader writes", func() error {
			_, err := s.read.Exec(`DELETE FROM meta`)
			return err
		}, service.StoreReadOnly},
		{"no such folder", func() error {
			_, err := connect(ctx, Config{Dir: filepath.Join(dir, "none")}.dsn(true, "rw"), 1)
			return errors.Unwrap(err)
		}, service.StoreReadOnly},
		{"no such table", func() error {
			_, err := s.read.Exec(`SELECT 1 FROM nothing`)
			return err
		}, service.StoreFailed},
		{"cancelled", func() error {
			_, err := s.read.ExecContext(ended, `SELECT 1`)
			return err
		}, service.Cancelled},
		{"late", func() error { return fmt.Errorf("in time: %w", context.DeadlineExceeded) }, service.Cancelled},
		{"constraint", func() error {
			_, err := s.write.Exec(`INSERT INTO meta (name, value) VALUES ('key-check', x'00')`)
			if !isUnique(err) {
				t.Errorf("not unique: %v", err)
			}
			return err
		}, service.StoreFailed},
		{"coded", func() error { return notFound("x", "case", "1") }, service.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := failed("Test", tt.provoke())
			if got := service.CodeOf(err); got != tt.code {
				t.Errorf("%q, want %q: %v", got, tt.code, err)
			}
		})
	}
	if failed("x", nil) != nil {
		t.Error("nil is no error")
	}
}

// More readers than connections, all asking what was never prepared: nobody waits for ever.
func TestManyReaders(t *testing.T) {
	s := internalStore(t, t.TempDir())
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for i := 0; i < 4*readers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 10; n++ {
				states := make([]service.Status, 1+(i+n)%12)
				err := s.Read(ctx, func(v service.View) error {
					_, err := v.Cases.Find(service.CaseQuery{Statuses: states})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
}
