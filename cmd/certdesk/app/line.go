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
	return c.Issue(ctx, r)
}

// Confirm asks the centre; see service.CertificateAuthority.
func (l *Line) Confirm(ctx context.Context, r service.CertReply) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	return c.Confirm(ctx, r)
}

// Revoke asks the centre; see service.CertificateAuthority.
func (l *Line) Revoke(ctx context.Context, serial string, reason int) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	return c.Revoke(ctx, serial, reason)
}

// Ticket asks the centre; see service.TicketOffice.
func (l *Line) Ticket(ctx context.Context, serial string, generation int) (service.Ticket, error) {
	c, err := l.get()
	if err != nil {
		return service.Ticket{}, err
	}
	return c.Ticket(ctx, serial, generation)
}

func (l *Line) close() error {
	l.set(nil)
	return nil
}
