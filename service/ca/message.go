package ca

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"certdesk/service"
)

const (
	messageWindow = 10 * time.Minute // how far a message's time may lie from the centre's
	messageKept   = 24 * time.Hour   // how long its name is remembered: far longer than it is taken, for centres' own clocks that are set
)

// Message names one signed message of a station (RFC 9810, 5.1.1). It has effect once: its name is stored in the act that it
// causes, so that of two copies, at one instance or at two, one comes through. A station's retry is another message, with a
// nonce of its own, and gets the stored result.
type Message struct {
	Transaction []byte
	Nonce       []byte
	Sent        time.Time // by the station's clock
	Opens       bool      // it opens its transaction: no other message may have used that
}

// Exchange serves one message of one station.
type Exchange struct {
	s       *Service
	station string
	message *Message // nil within the centre itself
}

// Under takes a message whose signature holds. CAClock (minutes, reason) where it was sent at another time than now: the name of
// a message is kept for as long as it would be taken, and no longer.
func (s *Service) Under(station string, m Message) (Exchange, error) {
	off := m.Sent.Sub(s.now())
	reason := "fast"
	if off < 0 {
		off, reason = -off, "slow"
	}
	if off > messageWindow {
		args := service.Args{"minutes": strconv.FormatInt(int64(off/time.Minute), 10), "reason": reason}
		return Exchange{}, service.E(service.CAClock, "ca.Under", args, nil)
	}
	return Exchange{s: s, station: station, message: &m}, nil
}

// Issue is Service.Issue.
func (x Exchange) Issue(ctx context.Context, req IssueRequest) (service.CertReply, error) {
	return x.s.issueUnder(ctx, x, req)
}

// Confirm is Service.Confirm.
func (x Exchange) Confirm(ctx context.Context, certHashes [][32]byte) error {
	return x.s.confirmUnder(ctx, x, certHashes)
}

// Revoking is one certificate to be revoked, as Service.Revoke takes it. Family is that of the CA which the request names; "" is any.
type Revoking struct {
	Family service.Family
	Serial string
	Reason int
}

// Revoke moves several pairs in one act and says for each what came of it: nil, or a refusal as of Service.Revoke.
func (x Exchange) Revoke(ctx context.Context, list []Revoking) (results []error, err error) {
	err = x.s.store.Act(ctx, func(tx Tx) error {
		results = nil
		if _, err := x.s.inService(tx, "Revoke", x.station); err != nil {
			return err
		}
		if err := x.note(tx); err != nil {
			return err
		}
		for _, r := range list {
			err := x.s.revoke(tx, x.station, r)
			if err != nil && !service.IsCode(err, service.NotFound, service.CARefused) {
				return err
			}
			results = append(results, err)
		}
		return nil
	})
	return results, err
}

// Note stores the name of a message that causes no act. CARefused with reason replay where it was served before.
func (x Exchange) Note(ctx context.Context) error {
	if x.message == nil {
		return nil
	}
	return x.s.store.Act(ctx, x.note)
}

// fresh refuses a message that was served before, and one that opens a transaction of another.
func (x Exchange) fresh(tx Tx) error {
	if x.message == nil {
		return nil
	}
	nonces, err := tx.Messages.Of(x.station, x.message.Transaction)
	if err != nil {
		return err
	}
	for _, n := range nonces {
		if x.message.Opens || bytes.Equal(n, x.message.Nonce) {
			return refused("Under", "replay", "")
		}
	}
	return nil
}

func (x Exchange) note(tx Tx) error {
	if x.message == nil {
		return nil
	}
	if err := x.fresh(tx); err != nil {
		return err
	}
	if err := tx.Messages.Prune(x.s.now().Add(-messageKept)); err != nil {
		return err
	}
	return tx.Messages.Add(x.station, *x.message)
}
