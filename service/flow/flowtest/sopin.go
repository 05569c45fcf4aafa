package flowtest

import (
	"context"

	"certdesk/service"
)

// SOStanding is what the station has on record of a token's SO PIN, as stored; "" where it has nothing.
func (h *Hall) SOStanding(serial string) string {
	h.Helper()
	var text []byte
	h.Read(func(v service.View) (err error) {
		text, err = v.Settings.Get("sopin/" + serial + "/current")
		if service.IsCode(err, service.NotFound) {
			return nil
		}
		return err
	})
	return string(text)
}

// SOPIN is a generation as the centre derives it.
func (h *Hall) SOPIN(serial string, generation int) []byte {
	h.Helper()
	pin, err := h.Centre.Svc.Ticket(context.Background(), StationID, serial, generation)
	h.Must(err)
	return pin
}

// Obeys ends the test unless the token obeys that generation of SO PIN, and the station has it on record as standing.
func (h *Hall) Obeys(serial string, generation int, standing string) {
	h.Helper()
	if got := h.SOStanding(serial); got != standing {
		h.Fatalf("on record %q, want %q", got, standing)
	}
	h.Insert(serial)
	s, err := h.Drawer.Open(context.Background(), serial)
	h.Must(err)
	defer s.Close()
	pin := h.SOPIN(serial, generation)
	if err := s.ChangeSOPIN(context.Background(), pin, pin); err != nil {
		h.Fatalf("generation %d: %v", generation, err)
	}
}

// SpendSO makes wrong tries of a token's SO PIN until so many are left.
func (h *Hall) SpendSO(serial string, left int) {
	h.Helper()
	ctx := context.Background()
	h.Insert(serial)
	s, err := h.Drawer.Open(ctx, serial)
	h.Must(err)
	defer s.Close()
	for {
		info, err := s.Info(ctx)
		h.Must(err)
		if info.SO.Left <= left {
			return
		}
		spec := service.InitSpec{Label: "X", SOPIN: []byte("wrong-so"), NewSOPIN: []byte("wrong-so"), UserPIN: []byte("wrong-so")}
		if _, err := s.Initialise(ctx, spec); !service.IsCode(err, service.SOPINWrong, service.SOPINLocked) {
			h.Fatal(err)
		}
	}
}

// SOLeft is how many tries of its SO PIN a token has left.
func (h *Hall) SOLeft(serial string) int {
	h.Helper()
	view, err := h.Engine.Inspect(context.Background(), serial)
	h.Must(err)
	return view.Info.SO.Left
}

// Stock is a token in the books.
func (h *Hall) Stock(serial string) (item service.StockItem) {
	h.Helper()
	h.Act(func(tx *service.Tx) (err error) {
		item, err = tx.Stock.Item(serial)
		return err
	})
	return item
}
