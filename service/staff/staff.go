// Package staff is the people of the counter: sign-in with lock-out, and the passwords behind it (DESIGN 12).
package staff

import (
	"context"
	"strconv"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

// Limits of sign-in: so many wrong passwords in a row lock the person out for so long.
const (
	MaxFailures = 5
	LockFor     = 10 * time.Minute
)

// People signs the staff in.
type People struct {
	store service.Store
	now   func() time.Time
}

// New builds People.
func New(store service.Store, now func() time.Time) *People { return &People{store: store, now: now} }

// SignIn checks a password. An unknown login and a wrong password read alike and cost the same.
// Errors: SignInFailed (left), SignInLocked (until).
func (p *People) SignIn(ctx context.Context, login string, password []byte) (service.Actor, error) {
	defer clear(password)
	s, known, err := p.find(ctx, login)
	if err != nil {
		return service.Actor{}, err
	}
	if known && p.now().Before(s.LockedTo) {
		return service.Actor{}, locked(s)
	}
	ok, err := sm.CheckPassword(hashOf(s, known), password)
	if err != nil {
		return service.Actor{}, service.E(service.StoreCorrupt, "staff.SignIn", nil, err)
	}
	if !known || !s.Active {
		return service.Actor{}, service.E(service.SignInFailed, "staff.SignIn", service.Args{"left": "?"}, nil)
	}
	return p.note(ctx, s, ok)
}

func (p *People) find(ctx context.Context, login string) (service.Staff, bool, error) {
	var s service.Staff
	err := p.store.Read(ctx, func(v service.View) (err error) {
		s, err = v.Staff.ByLogin(login)
		return err
	})
	if service.IsCode(err, service.NotFound) {
		return s, false, nil
	}
	return s, err == nil, err
}

// note journals the try: the counter of failures is durable, so that a restart gives no fresh tries.
func (p *People) note(ctx context.Context, s service.Staff, ok bool) (service.Actor, error) {
	who := service.Actor{ID: s.ID, Name: s.Name, Role: s.Role}
	act := "signin"
	if ok {
		s.Failures, s.LockedTo = 0, time.Time{}
	} else {
		act = "signin.failed"
		if s.Failures++; s.Failures >= MaxFailures {
			s.Failures, s.LockedTo = 0, p.now().Add(LockFor).UTC()
		}
	}
	err := p.store.Act(ctx, who, func(tx *service.Tx) error {
		if err := tx.Staff.PutStaff(s); err != nil {
			return err
		}
		return tx.Audit.Append(act, s.ID, "")
	})
	switch {
	case err != nil:
		return service.Actor{}, err
	case ok:
		return who, nil
	case !s.LockedTo.IsZero():
		return service.Actor{}, locked(s)
	}
	return service.Actor{}, service.E(service.SignInFailed, "staff.SignIn", service.Args{"left": strconv.Itoa(MaxFailures - s.Failures)}, nil)
}

func locked(s service.Staff) error {
	return service.E(service.SignInLocked, "staff.SignIn", service.Args{"until": service.Local(s.LockedTo).Format("15:04")}, nil)
}

// hashOf gives an unknown login a hash to be compared with, so that the time taken tells nothing.
func hashOf(s service.Staff, known bool) string {
	if known {
		return s.Password
	}
	return "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
}
