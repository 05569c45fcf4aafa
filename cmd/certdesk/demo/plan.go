package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"certdesk/service"
)

// visit is one of the seed's customers with what brings him. Every fourth comes back with a token of an earlier visit.
type visit struct {
	index    int
	kind     service.Kind
	customer Customer
	earlier  int // index of the visit that issued the token, for 2xxx
}

func plan(seed uint64, n int, now time.Time) []visit {
	var vs []visit
	for i, c := range Customers(seed, n, now) {
		v := visit{index: i, kind: service.KindIssue, customer: c}
		if i%4 == 3 {
			v.kind, v.earlier = service.KindUnlock, i-3
			if i/4%2 == 1 {
				v.kind = service.KindChangePIN
			}
			v.customer = vs[v.earlier].customer
		}
		vs = append(vs, v)
	}
	return vs
}

// number is what identifies the customer at the desk.
func (v visit) number() string {
	if v.customer.Type == service.Individual {
		return v.customer.Holder.Number
	}
	return v.customer.USCC
}

// pin is what the customer makes up at a visit: people choose their own, so it belongs to the generator of customers, not to
// the keys. again is a second choice, for one who must choose anew.
func pin(seed uint64, index int, again bool) []byte {
	r := rand.New(rand.NewPCG(seed^0x50494e, uint64(index)))
	s := fmt.Sprintf("%04d%02d%02d", 1950+r.IntN(50), 10+r.IntN(80), 31+r.IntN(60))
	if again {
		s += "9"
	}
	return []byte(s)
}
