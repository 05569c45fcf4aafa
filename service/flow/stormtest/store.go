package stormtest

import (
	"context"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/token/softkey"
)

// books is the station's store behind the board. An act is named by the first row that it leaves in the audit.
type books struct {
	service.Store
	board *Board
	tick  func()
}

// Read implements service.Store.
func (b *books) Read(ctx context.Context, fn func(service.View) error) error {
	if b.board.Dead() {
		return storeFailed(errDark)
	}
	return b.Store.Read(ctx, fn)
}

// Act implements service.Store.
func (b *books) Act(ctx context.Context, who service.Actor, fn func(*service.Tx) error) error {
	if err := b.at(Point{AtAct, "", Before}); err != nil {
		return err
	}
	name := ""
	err := b.Store.Act(ctx, who, func(tx *service.Tx) error {
		log := &named{AuditTx: tx.Audit}
		tx.Audit = log
		if err := fn(tx); err != nil {
			return err
		}
		name = log.name
		return b.at(Point{AtAct, name, Commit})
	})
	if err != nil {
		return err
	}
	return b.at(Point{AtAct, name, After})
}

func (b *books) at(p Point) error {
	switch b.board.Pass(p) {
	case None, Pull:
		return nil
	case Delay:
		b.tick()
		return nil
	case Fail:
		return storeFailed(errInjected)
	}
	return storeFailed(errDark)
}

func storeFailed(err error) error { return service.E(service.StoreFailed, "storm", nil, err) }

// named notes the first act of an audit.
type named struct {
	service.AuditTx
	name string
}

// Append implements service.AuditTx.
func (n *named) Append(act, subject, detail string) error {
	if n.name == "" {
		n.name = act
	}
	if act == "step.start" || act == "step.done" || act == "step.failed" {
		n.name = act + " " + detail
	}
	return n.AuditTx.Append(act, subject, detail)
}

// archive is the centre's store behind the board: an act that fails there is an answer that says so.
type archive struct {
	ca.Store
	board *Board
}

// Act implements ca.Store.
func (a archive) Act(ctx context.Context, fn func(ca.Tx) error) error {
	if a.board.Pass(Point{AtCentre, "act", Before}) == Fail {
		return storeFailed(errInjected)
	}
	err := a.Store.Act(ctx, func(tx ca.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if a.board.Pass(Point{AtCentre, "act", Commit}) == Fail {
			return storeFailed(errInjected)
		}
		return nil
	})
	if err == nil && a.board.Pass(Point{AtCentre, "act", After}) == Fail {
		return storeFailed(errInjected)
	}
	return err
}

// touch is the soft UKeys' fault, behind the board.
func touch(b *Board, tick func()) softkey.Fault {
	return func(op string, phase softkey.Phase) error {
		edge := Before
		if phase == softkey.After {
			edge = After
		}
		switch b.Pass(Point{AtToken, op, edge}) {
		case None, Pull:
			return nil
		case Delay:
			tick()
			return nil
		case Fail:
			return errInjected
		}
		return errDark
	}
}
