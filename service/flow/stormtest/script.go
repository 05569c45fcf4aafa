package stormtest

import (
	"math/rand/v2"
	"strconv"

	"certdesk/service"
	"certdesk/service/flow/flowtest"
)

// Script is what happens at the counter beside the faults, drawn from the seed too.
type Script struct {
	Seed   uint64
	Visits []Turn
	Plan   []Strike
	moods  *rand.Rand
	often  mood
}

// mood says in how many of a hundred rounds somebody does something out of the way.
type mood struct{ double, upload, print, restart, wander, despair, replace, cancel, refuse, back, late int }

// Turn is one customer with one business.
type Turn struct {
	Kind     service.Kind
	Customer *flowtest.Customer
	After    int // index of the visit whose token this one brings; -1: none
}

// Draw makes the schedule of a seed: one to three visits and one to most strikes.
func Draw(seed uint64, most int) *Script {
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	s := &Script{Seed: seed, moods: rand.New(rand.NewPCG(seed, 0x300d))}
	s.often = mood{double: 8, upload: 5, print: 5, restart: 2, wander: 8, despair: 25, late: 20}
	switch r.IntN(6) {
	case 0:
		s.often.replace = 5
	case 1:
		s.often.cancel = 2
	case 2:
		s.often.refuse, s.often.back = 10, 4
	}
	s.visits(r)
	for range 1 + r.IntN(most) {
		s.Plan = append(s.Plan, strike(r))
	}
	return s
}

// Calm is a schedule of one kind with no faults; Plan is the caller's.
func Calm(kind service.Kind, plan ...Strike) *Script {
	s := &Script{Seed: 1, moods: rand.New(rand.NewPCG(1, 0x300d)), Plan: plan}
	s.Visits = []Turn{{Kind: service.KindIssue, Customer: flowtest.Org(1), After: -1}}
	if kind != service.KindIssue {
		s.Visits = append(s.Visits, follow(kind, s.Visits[0], 0))
	}
	return s
}

func (s *Script) visits(r *rand.Rand) {
	for i := range 1 + r.IntN(3)/2 {
		s.Visits = append(s.Visits, Turn{Kind: service.KindIssue, Customer: somebody(r, i+1), After: -1})
	}
	switch r.IntN(6) {
	case 0:
		s.Visits = append(s.Visits, follow(service.KindUnlock, s.Visits[0], 0))
	case 1:
		s.Visits = append(s.Visits, follow(service.KindChangePIN, s.Visits[0], 0))
	}
}

func somebody(r *rand.Rand, n int) *flowtest.Customer {
	switch r.IntN(4) {
	case 0:
		return flowtest.StaffOf(n)
	case 1:
		return flowtest.Person(n)
	case 2:
		c := flowtest.Org(n)
		c.Project, c.Product = "02", "21"
		return c
	}
	return flowtest.Org(n)
}

// follow is the same customer coming back with the token, for a new PIN.
func follow(kind service.Kind, first Turn, index int) Turn {
	c := *first.Customer
	c.OldPIN, c.PIN = c.PIN, "w8Yj"+strconv.Itoa(604200+index)
	return Turn{Kind: kind, Customer: &c, After: index}
}

// strike draws a fault: the kind first, so that messages are struck as often as the many acts and token calls.
func strike(r *rand.Rand) Strike {
	switch r.IntN(16) {
	case 14, 15: // the request itself, lost or late or unanswered
		return Strike{Kind: AtMessage, Nth: 2 + r.IntN(4), Pick: r.IntN(60)}
	case 10, 11:
		return Strike{Kind: AtStoreDisk, Nth: 1 + r.IntN(400), Pick: r.IntN(60)}
	case 12, 13:
		return Strike{Kind: AtKeyDisk, Nth: 1 + r.IntN(120), Pick: r.IntN(60)}
	case 0, 1, 2:
		return Strike{Kind: AtAct, Nth: 1 + r.IntN(240), Pick: r.IntN(60)}
	case 3, 4, 5:
		return Strike{Kind: AtToken, Nth: 1 + r.IntN(110), Pick: r.IntN(60)}
	case 6, 7:
		return Strike{Kind: AtMessage, Nth: 1 + r.IntN(12), Pick: r.IntN(60)}
	case 8:
		return Strike{Kind: AtCentre, Nth: 1 + r.IntN(18), Pick: r.IntN(60)}
	}
	return Strike{Kind: AtPrinter, Nth: 1 + r.IntN(20), Pick: r.IntN(60)}
}
