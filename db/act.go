package db

import (
	"context"
	"errors"
	"time"

	"certdesk/service"
)

// Read gives one consistent view. It runs beside an act and sees what was committed before it began.
func (s *Store) Read(ctx context.Context, fn func(service.View) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return failed("Read", err)
	}
	v := s.session(ctx, tx, service.Actor{}, s.asked)
	defer func() {
		_ = tx.Rollback() // ends the view, also under a panic; nothing was written
		s.asked.learn(ctx, s.read, v.wanted)
	}()
	return fn(v.view())
}

// Act runs fn in one immediate transaction; see service.Store. One act runs at a time, and one that waits longer than
// Config.Wait gives StoreBusy: an act begun inside an act therefore fails instead of waiting for itself. After an error the
// cases that fn saved have the version they had before. A panic in fn rolls back and goes on.
func (s *Store) Act(ctx context.Context, who service.Actor, fn func(*service.Tx) error) error {
	if s.write == nil {
		return service.E(service.StoreReadOnly, "db.Act", nil, errors.New("opened for reading"))
	}
	if who == (service.Actor{}) {
		who = service.StationActor()
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer func() { <-s.gate }()
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return failed("Act", err)
	}
	a := s.session(ctx, tx, who, s.acted)
	a.seen = map[string]service.Case{}
	committed := false
	defer func() {
		if !committed {
			_ = tx.Rollback()
			a.revert()
		}
		s.acted.learn(ctx, s.write, a.wanted)
	}()
	if err := fn(a.act()); err != nil {
		return err
	}
	if err := a.commit(); err != nil {
		return err
	}
	committed = true
	return nil
}

func (s *Store) enter(ctx context.Context) error {
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return failed("Act", ctx.Err())
	case <-timer.C:
		return service.E(service.StoreBusy, "db.Act", nil, errors.New("another act did not end"))
	}
}

// commit makes the checks that only the whole act can fail, signs the head and commits.
func (s *session) commit() error {
	if s.broken != nil {
		return s.broken
	}
	if s.audits == 0 {
		return service.E(service.NoAudit, "db.Act", nil, nil)
	}
	head, err := s.signHead()
	if err != nil {
		return err
	}
	if err := s.tx.Commit(); err != nil {
		return failed("Act", err)
	}
	s.store.head = head
	return nil
}

func (s *session) view() service.View {
	return service.View{
		Cases: cases{s}, Customers: customers{s}, Certificates: certificates{s}, Ledger: ledger{s}, Staff: staff{s},
		Settings: settings{s}, Journal: journal{s}, Papers: papers{s}, Outbox: outbox{s}, Audit: auditLog{s}, Stock: stock{s},
	}
}

func (s *session) act() *service.Tx {
	return &service.Tx{
		Now: s.now, Who: s.who, Read: s.view(),
		Cases: cases{s}, Certs: certificates{s}, Customers: customers{s}, Staff: staff{s}, Settings: settings{s},
		Journal: journal{s}, Ledger: ledger{s}, Counters: counters{s}, Stock: stock{s}, Spool: papers{s},
		Outbox: outbox{s}, Audit: auditLog{s},
	}
}
