package demo

import (
	"math/rand/v2"
	"time"

	"certdesk/service"
	"certdesk/service/idcheck"
)

// Customer is someone who comes to the demo counter, with what he would tell and show there. An organisation holds its
// certificate itself: Holder is zero; a person comes himself: Agent, OrgName, USCC and OrgPhone are zero. Question and Answer
// are the verification question set at the first issue.
type Customer struct {
	Type                             service.CustomerType
	OrgName, USCC, Address, OrgPhone string
	Holder, Agent                    service.Person
	Question, Answer                 string
}

// Customers makes n customers who cycle through organisation, staff and person. The one at an index depends on seed and index
// alone, so the first k are the same for every n ≥ k; now only keeps everybody of age (and so matters before 2020 only). One in
// four has a name that breaks careless software: beyond GBK, beyond the BMP, compound, with a middle dot. Numbers, mobiles and
// organisation names are valid and unique within a seed. They are invented; nobody's key ever comes from this generator.
func Customers(seed uint64, n int, now time.Time) []Customer {
	m := newMaker(seed, now)
	list := make([]Customer, 0, max(n, 0))
	for i := range n {
		list = append(list, m.customer(i))
	}
	return list
}

// maker holds what is drawn once a seed: where each of the running numbers starts.
type maker struct {
	seed                           uint64
	lastYear                       int
	org, code, birth, mobile, rare int
}

func newMaker(seed uint64, now time.Time) maker {
	r := rand.New(rand.NewPCG(seed, 1<<63)) // a stream that no index reaches
	return maker{
		seed: seed, lastYear: min(2000, now.Year()-20),
		org: r.IntN(orgNames()), code: r.IntN(orgCodes), birth: r.IntN(birthDays), mobile: r.IntN(mobileNumbers), rare: r.IntN(len(rareNames)),
	}
}

func (m maker) customer(i int) Customer {
	r := rand.New(rand.NewPCG(m.seed, uint64(i)))
	home := homes[r.IntN(len(homes))]
	c := Customer{Type: customerTypes[i%len(customerTypes)], Address: address(r, home)}
	c.Question, c.Answer = question(r, c.Type)
	agent, holder := ordinary(r), ordinary(r)
	if isRare(i) {
		holder = m.rareOne(r, i/4)
		if c.Type == service.Organisation {
			agent = holder
		}
	}
	if c.Type != service.Individual {
		c.OrgName, c.USCC, c.OrgPhone = m.orgName(i), m.uscc(i, home), landline(r)
		c.Agent = m.person(r, 2*i, agent)
	}
	if c.Type != service.Organisation {
		c.Holder = m.person(r, 2*i+1, holder)
	}
	return c
}

var customerTypes = []service.CustomerType{service.Organisation, service.StaffOf, service.Individual}

// isRare is one in four: three in any dozen, and as 4 and 3 have no common factor each customer type gets its share.
func isRare(i int) bool { return i%4 == 2 }

// somebody is what a person's numbers follow from.
type somebody struct {
	name   string
	region string // of birth
	male   bool
}

// person makes the j-th person of a seed; nobody else has the same j.
func (m maker) person(r *rand.Rand, j int, who somebody) service.Person {
	return service.Person{
		Name: who.name, IDType: string(idcheck.ID), Number: m.identity(who, j), Mobile: m.mobileNumber(r, j),
	}
}

func ordinary(r *rand.Rand) somebody {
	male := r.IntN(2) == 0
	return somebody{name: pick(r, surnames) + given(r, male), region: pick(r, birthplaces), male: male}
}

// rareOne goes round the list, so that a dozen customers show three neighbours of it: each kind of trouble once.
func (m maker) rareOne(r *rand.Rand, nth int) somebody {
	rare, who := rareNames[(m.rare+nth)%len(rareNames)], ordinary(r)
	switch {
	case rare.region != "":
		return somebody{name: rare.name, region: rare.region, male: rare.male}
	case rare.surname:
		who.name = rare.name + given(r, who.male)
	default:
		who.name = pick(r, surnames) + rare.name
	}
	return who
}

func given(r *rand.Rand, male bool) string {
	from := femaleNames
	if male {
		from = maleNames
	}
	name := pick(r, from)
	if r.IntN(4) > 0 {
		if second := pick(r, from); second != name {
			name += second
		}
	}
	return name
}

// question also tells the answer.
func question(r *rand.Rand, t service.CustomerType) (string, string) {
	from := personQuestions
	if t == service.Organisation {
		from = orgQuestions
	}
	q := from[r.IntN(len(from))]
	return q.text, pick(r, q.answers)
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }
