package app_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/fee"
)

// hall is a joined station with its centre behind the real wire.
func hall(t *testing.T) *demo.Hall {
	t.Helper()
	h, err := demo.Open(t.Context(), app.Options{Dir: filepath.Join(t.TempDir(), "hall"), Env: app.RealEnv()}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// blocks are the station's receipt blocks, and whether it wants another.
func blocks(t *testing.T, a *app.App) (list []fee.Range, low bool) {
	t.Helper()
	err := a.Store.Read(t.Context(), func(v service.View) error {
		raw, err := v.Settings.Get(fee.RangeSetting)
		if err != nil {
			return err
		}
		_, err = v.Settings.Get(fee.LowSetting)
		low = err == nil
		return json.Unmarshal(raw, &list)
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, low
}

// TestNextBlockComesByItself: once receipt numbers run low, the background work fetches another block from the centre, once.
func TestNextBlockComesByItself(t *testing.T) {
	a := hall(t).App
	first, _ := blocks(t, a)
	err := a.Store.Act(t.Context(), service.StationActor(), func(tx *service.Tx) error {
		if err := tx.Settings.Set(fee.LowSetting, strconv.AppendInt(nil, first[0].To, 10)); err != nil {
			return err
		}
		return tx.Audit.Append("test", "receipts", "")
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); a.Run(ctx) }()
	defer func() { stop(); <-done }()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, low := blocks(t, a)
		if len(got) == 2 && !low && got[1].From == first[0].To+1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("blocks %+v, low %v", got, low)
		}
	}
	if err := a.Pull(t.Context()); err != nil { // the feed names the newest block: it is there already
		t.Fatal(err)
	}
	if got, _ := blocks(t, a); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

// TestFolderStaysItsStation: a folder that has joined does not become another station's.
func TestFolderStaysItsStation(t *testing.T) {
	h := hall(t)
	code, err := h.Centre().AddStation(t.Context(), ca.StationSpec{ID: "0999", Hall: "别的大厅", Window: "01"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.App.Join(t.Context(), h.App.Address, code.String()); !service.IsCode(err, service.JoinOther) {
		t.Errorf("%v", err)
	}
	if h.App.Station.ID == "0999" {
		t.Error("the station changed")
	}
}
