package stormtest

import (
	"context"
	"sync"

	"certdesk/service"
)

// blank draws no more of a paper than its name: what is on it is the printing packages' affair.
type blank struct{}

// PDF implements spool.Renderer.
func (blank) PDF(d service.Document) ([]byte, error) { return []byte(d.Title), nil }

// printer counts what was printed under which name.
type printer struct {
	board  *Board
	mu     sync.Mutex
	papers map[string]int
}

// Print implements spool.Printer.
func (p *printer) Print(_ context.Context, name string, _ []byte) error {
	if err := p.at(name, Before); err != nil {
		return err
	}
	p.mu.Lock()
	p.papers[name]++
	p.mu.Unlock()
	return p.at(name, After)
}

func (p *printer) at(name string, e Edge) error {
	switch p.board.Pass(Point{AtPrinter, "paper", e}) {
	case None, Pull, Delay:
		return nil
	case Fail:
		return service.E(service.PrintFailed, "stormtest.Print", nil, errInjected)
	}
	return service.E(service.PrintFailed, "stormtest.Print", nil, errDark)
}
