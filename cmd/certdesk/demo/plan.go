package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"certdesk/service"
)

// visit is one of the seed's customers with what brings him. Every fourth comes back with a token of an earlier visit.
type visit struct {
	seed     uint64
	index    int
	kind     service.Kind
	customer Customer
	earlier  int // index of the visit that issues the token; for 1001 this one
}

func plan(seed uint64, n int, now time.Time) []visit {
	m := newMaker(seed, now)
	vs := make([]visit, 0, max(n, 0))
	for i := range n {
		vs = append(vs, visitAt(m, i))
	}
	return vs
}

func visitAt(m maker, i int) visit {
	v := visit{seed: m.seed, index: i, kind: service.KindIssue, earlier: i}
	if i%4 == 3 {
		v.kind, v.earlier = service.KindUnlock, i-3
		if i/4%2 == 1 {
			v.kind = service.KindChangePIN
		}
	}
	v.customer = m.customer(v.earlier)
	return v
}

// number is what identifies the customer at the desk.
func (v visit) number() string {
	if v.customer.Type == service.Individual {
		return v.customer.Holder.Number
	}
	return v.customer.USCC
}

// PIN is what the customer at an index of a seed makes up at the desk, so that a token of the demo can be tried later. People choose
// their own: it belongs to the generator of customers, not to the keys. again is a second choice, for one who must choose anew.
func PIN(seed uint64, index int, again bool) []byte {
	r := rand.New(rand.NewPCG(seed^0x50494e, uint64(index)))
	s := fmt.Sprintf("%04d%02d%02d", 1950+r.IntN(50), 10+r.IntN(80), 31+r.IntN(60))
	if again {
		s += "9"
	}
	return []byte(s)
}
