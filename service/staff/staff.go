// Package staff is the people of the counter: sign-in with lock-out, and the passwords behind it (DESIGN 12).
package staff

import (
	"context"
	"encoding/json"
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

// SignIn checks a password and wipes it. An unknown login, one that is no longer active and a wrong password read alike, count alike
// and cost the same time. The counter is durable, so that a restart gives no fresh tries.
// Errors: SignInFailed (left), SignInLocked (until).
func (p *People) SignIn(ctx context.Context, login string, password []byte) (service.Actor, error) {
	defer clear(password)
	s, err := p.find(ctx, login)
	if err != nil {
		return service.Actor{}, err
	}
	hash := s.Password
	if hash == "" {
		hash = nobody
	}
	ok, err := sm.CheckPassword(hash, password)
	if err != nil {
		return service.Actor{}, service.E(service.StoreCorrupt, "staff.SignIn", nil, err)
	}
	return p.note(ctx, login, ok && s.Active)
}

// find gives the zero person for an unknown login.
func (p *People) find(ctx context.Context, login string) (service.Staff, error) {
	var s service.Staff
	err := p.store.Read(ctx, func(v service.View) (err error) {
		s, err = v.Staff.ByLogin(login)
		return err
	})
	if service.IsCode(err, service.NotFound) {
		return service.Staff{}, nil
	}
	return s, err
}

// note counts the try in one act: of two at once, each finds the other's. While a login is locked nothing counts, and even the right
// password opens nothing.
func (p *People) note(ctx context.Context, login string, ok bool) (service.Actor, error) {
	var who service.Actor
	var verdict error
	err := p.store.Act(ctx, service.StationActor(), func(tx *service.Tx) error {
		c, err := counterOf(tx, login)
		if err != nil {
			return err
		}
		ok = ok && c.staff.Active
		verdict = c.count(p.now(), ok)
		if verdict == nil {
			who = service.Actor{ID: c.staff.ID, Name: c.staff.Name, Role: c.staff.Role}
		}
		if err := c.save(tx); err != nil {
			return err
		}
		return tx.Audit.Append(actOf(verdict), c.subject(), "")
	})
	if err != nil {
		return service.Actor{}, err
	}
	return who, verdict
}

func actOf(verdict error) string {
	switch {
	case verdict == nil:
		return "signin"
	case service.IsCode(verdict, service.SignInLocked):
		return "signin.locked"
	}
	return "signin.failed"
}

// counter is the failures of one login. Those of an unknown one are kept beside the people, under a keyed hash: somebody may have
// typed a password there.
type counter struct {
	staff    service.Staff // zero for an unknown login
	setting  string
	Failures int       `json:"failures"`
	LockedTo time.Time `json:"lockedTo"`
}

func counterOf(tx *service.Tx, login string) (*counter, error) {
	s, err := tx.Read.Staff.ByLogin(login)
	if err == nil {
		return &counter{staff: s, Failures: s.Failures, LockedTo: s.LockedTo}, nil
	}
	if !service.IsCode(err, service.NotFound) {
		return nil, err
	}
	c := &counter{setting: "signin/" + tx.Customers.HolderKey("login "+login)}
	raw, err := tx.Read.Settings.Get(c.setting)
	switch {
	case service.IsCode(err, service.NotFound):
		return c, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(raw, c); err != nil {
		return nil, service.E(service.StoreCorrupt, "staff.SignIn", nil, err)
	}
	return c, nil
}

// count applies one try and says what it came to.
func (c *counter) count(now time.Time, ok bool) error {
	if now.Before(c.LockedTo) {
		return c.locked()
	}
	c.LockedTo = time.Time{}
	if ok {
		c.Failures = 0
		return nil
	}
	if c.Failures++; c.Failures < MaxFailures {
		return service.E(service.SignInFailed, "staff.SignIn", service.Args{"left": strconv.Itoa(MaxFailures - c.Failures)}, nil)
	}
	c.Failures, c.LockedTo = 0, now.Add(LockFor).UTC()
	return c.locked()
}

func (c *counter) locked() error {
	return service.E(service.SignInLocked, "staff.SignIn", service.Args{"until": service.Local(c.LockedTo).Format("15:04")}, nil)
}

func (c *counter) save(tx *service.Tx) error {
	if c.setting == "" {
		c.staff.Failures, c.staff.LockedTo = c.Failures, c.LockedTo
		return tx.Staff.PutStaff(c.staff)
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return service.E(service.Internal, "staff.SignIn", nil, err)
	}
	return tx.Settings.Set(c.setting, raw)
}

func (c *counter) subject() string {
	if c.staff.ID == "" {
		return "unknown"
	}
	return c.staff.ID
}

// nobody is the hash that an unknown login is compared with, at the cost of a real one, so that the time taken tells nothing.
const nobody = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
