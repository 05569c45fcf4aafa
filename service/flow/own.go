package flow

import (
	"context"
	"slices"
	"sync"

	"certdesk/service"
)

// news tells everybody who waits that something changed. The zero value is not ready.
type news struct {
	mu  sync.Mutex
	out chan struct{}
}

func newNews() *news { return &news{out: make(chan struct{})} }

func (n *news) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.out
}

func (n *news) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.out)
	n.out = make(chan struct{})
}

// Watch follows the tokens that are in, with the staff's own marked; see service.Tokens. It sends again where the books change.
func (e *Engine) Watch(ctx context.Context) <-chan []service.TokenInfo {
	out := make(chan []service.TokenInfo)
	go func() {
		defer close(out)
		in, booked := e.cfg.Desk.Tokens.Watch(ctx), e.booked.next()
		var last []service.TokenInfo
		for {
			select {
			case <-booked:
				booked = e.booked.next()
			case list, open := <-in:
				if !open {
					return
				}
				last = list
			}
			select {
			case out <- e.marked(ctx, last):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// marked is a list with the staff's own tokens marked. Where the books cannot be read nothing is: the answer to a prompt asks them again.
func (e *Engine) marked(ctx context.Context, list []service.TokenInfo) []service.TokenInfo {
	var own []string
	_ = e.cfg.Store.Read(ctx, func(v service.View) (err error) {
		own, err = v.Stock.OfStaff()
		return err
	})
	out := slices.Clone(list)
	for i := range out {
		out[i].Staff = slices.Contains(own, out[i].Serial)
	}
	return out
}

// OwnToken books a token as a member of staff's own, or as any other again. One that a case has to do with stays what it is.
// Errors: NotPermitted, TokenForeign (serial, holds), TokenDamaged (serial) for one that was booked out.
func (e *Engine) OwnToken(ctx context.Context, who service.Actor, serial string, own bool) error {
	if !who.May(service.MayOverride) {
		return notPermitted(service.MayOverride)
	}
	err := e.cfg.Store.Act(ctx, who, func(tx *service.Tx) error {
		item, err := tx.Stock.Item(serial)
		if err != nil && !service.IsCode(err, service.NotFound) {
			return err
		}
		holds, err := heldBy(tx, item, serial)
		if err != nil {
			return err
		}
		if holds != "" {
			return service.E(service.TokenForeign, "flow.OwnToken", service.Args{"serial": serial, "holds": holds}, nil)
		}
		if item.State == service.StockBad || item.State == service.StockDead {
			return service.E(service.TokenDamaged, "flow.OwnToken", service.Args{"serial": serial}, nil)
		}
		item.Serial, item.State, item.At = serial, service.StockIn, tx.Now
		if own {
			item.State = service.StockStaff
		}
		if err := tx.Stock.PutItem(item); err != nil {
			return err
		}
		return tx.Audit.Append("token.own", serial, string(item.State))
	})
	if err == nil {
		e.booked.tell()
	}
	return err
}

// heldBy is the case that a token was written for, or is pinned for and still open; "" for none.
func heldBy(tx *service.Tx, item service.StockItem, serial string) (string, error) {
	if item.Case != "" {
		return item.Case, nil
	}
	open := slices.DeleteFunc(service.Statuses(), service.Status.Closed)
	found, err := tx.Read.Cases.Find(service.CaseQuery{Text: serial, Statuses: open})
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].No, nil
}
