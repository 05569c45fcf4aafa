package app

import (
	"context"
	"sync"

	"certdesk/service"
	"certdesk/service/central"
)

// Line is the station's way to its centre. Before the station has joined every call gives NotJoined.
type Line struct {
	mu     sync.RWMutex
	client *central.Client
	heard  func(online bool) // told after each call whether the centre answered
	timing timing
}

// note tells what a call showed of the line; a refusal is an answer.
func (l *Line) note(err error) {
	if l.heard != nil {
		l.heard(!service.IsCode(err, service.CAUnreachable, service.CASlow))
	}
}

func (l *Line) set(c *central.Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.client = c
}

func (l *Line) get() (*central.Client, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.client == nil {
		return nil, service.E(service.NotJoined, "app.Line", nil, nil)
	}
	return l.client, nil
}

// Issue asks the centre; see service.CertificateAuthority.
func (l *Line) Issue(ctx context.Context, r service.CertRequest) (service.CertReply, error) {
	c, err := l.get()
	if err != nil {
		return service.CertReply{}, err
	}
	reply, err := c.Issue(ctx, r)
	l.note(err)
	return reply, err
}

// Confirm asks the centre; see service.CertificateAuthority.
func (l *Line) Confirm(ctx context.Context, r service.CertReply) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	err = c.Confirm(ctx, r)
	l.note(err)
	return err
}

// Revoke asks the centre; see service.CertificateAuthority.
func (l *Line) Revoke(ctx context.Context, serial string, reason int) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	err = c.Revoke(ctx, serial, reason)
	l.note(err)
	return err
}

// Withdraw asks the centre; see service.CertificateAuthority.
func (l *Line) Withdraw(ctx context.Context, key [32]byte) (issued bool, err error) {
	c, err := l.get()
	if err != nil {
		return false, err
	}
	issued, err = c.Withdraw(ctx, key)
	l.note(err)
	return issued, err
}

// Ticket asks the centre; see service.TicketOffice.
func (l *Line) Ticket(ctx context.Context, serial string, generation int) (service.Ticket, error) {
	c, err := l.get()
	if err != nil {
		return service.Ticket{}, err
	}
	ticket, err := c.Ticket(ctx, serial, generation)
	l.note(err)
	return ticket, err
}

func (l *Line) close() error {
	l.set(nil)
	return nil
}
