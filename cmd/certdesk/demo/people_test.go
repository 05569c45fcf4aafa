package demo_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"certdesk/cmd/certdesk/demo"
	"certdesk/service"
	"certdesk/service/idcheck"
)

var today = time.Date(2026, time.November, 21, 9, 0, 0, 0, time.UTC)

func TestPrefix(t *testing.T) {
	for _, seed := range []uint64{0, 1, 42, 1 << 63} {
		all := demo.Customers(seed, 60, today)
		for _, k := range []int{0, 1, 12, 59, 60} {
			if got := demo.Customers(seed, k, today.AddDate(1, 0, 3)); len(got) != k || !reflect.DeepEqual(got, all[:k]) {
				t.Errorf("seed %d: the first %d differ", seed, k)
			}
		}
	}
	if reflect.DeepEqual(demo.Customers(1, 12, today), demo.Customers(2, 12, today)) {
		t.Error("two seeds give the same customers")
	}
}

func TestShape(t *testing.T) {
	for i, c := range demo.Customers(7, 300, today) {
		org, agent, holder := c.OrgName != "" && c.USCC != "" && c.OrgPhone != "", c.Agent.Name != "", c.Holder.Name != ""
		want := map[service.CustomerType][3]bool{
			service.Organisation: {true, true, false}, service.StaffOf: {true, true, true}, service.Individual: {false, false, true},
		}[c.Type]
		if want != [3]bool{org, agent, holder} {
			t.Errorf("%d: %s has %+v", i, c.Type, c)
		}
		if c.Type != []service.CustomerType{service.Organisation, service.StaffOf, service.Individual}[i%3] {
			t.Errorf("%d: %s", i, c.Type)
		}
		if c.Address == "" || c.Question == "" || c.Answer == "" {
			t.Errorf("%d: %+v", i, c)
		}
	}
}

func TestNumbersAndUniqueness(t *testing.T) {
	for _, seed := range []uint64{0, 1, 99, 1<<64 - 1} {
		seen := map[string]int{}
		once := func(i int, s string) {
			if at, twice := seen[s]; twice {
				t.Errorf("seed %d: %s at %d and %d", seed, s, at, i)
			}
			seen[s] = i
		}
		for i, c := range demo.Customers(seed, 2000, today) {
			if c.OrgName != "" {
				valid(t, idcheck.Name, c.OrgName)
				valid(t, idcheck.USCC, c.USCC)
				once(i, c.OrgName)
				once(i, c.USCC)
			}
			for _, p := range []service.Person{c.Agent, c.Holder} {
				if p.Name != "" {
					person(t, p)
					once(i, p.Number)
					once(i, p.Mobile)
				}
			}
		}
	}
}

func valid(t *testing.T, kind idcheck.Type, s string) idcheck.Result {
	t.Helper()
	r, err := idcheck.New(func() time.Time { return today }).Check(kind, s)
	if err != nil || r.Norm != s {
		t.Errorf("%s %s: norm %s, %v", kind, s, r.Norm, err)
	}
	return r
}

func person(t *testing.T, p service.Person) {
	t.Helper()
	r := valid(t, idcheck.Type(p.IDType), p.Number)
	valid(t, idcheck.Mobile, p.Mobile)
	if norm, err := idcheck.PersonName(p.Name); err != nil || norm != p.Name {
		t.Errorf("%s: norm %s, %v", p.Name, norm, err)
	}
	if r.Birth.AddDate(18, 0, 0).After(today) {
		t.Errorf("%s is a minor: %s", p.Name, p.Number)
	}
	if p.IDType != "id" {
		t.Errorf("type %s", p.IDType)
	}
}

// A clock that stands years back must not make minors.
func TestOfAge(t *testing.T) {
	now := time.Date(2009, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range demo.Customers(3, 600, now) {
		for _, p := range []service.Person{c.Agent, c.Holder} {
			if p.Number != "" && p.Number[6:14] > "19910101" {
				t.Errorf("%s in 2009", p.Number)
			}
		}
	}
}

func troubles(name string) (extA, beyondBMP, long bool) {
	for _, r := range name {
		extA = extA || r >= 0x3400 && r <= 0x4DBF
		beyondBMP = beyondBMP || r > 0xFFFF
	}
	return extA, beyondBMP, strings.Contains(name, "·") || strings.HasPrefix(name, "欧阳") || strings.HasPrefix(name, "司马")
}

func TestRareNames(t *testing.T) {
	for seed := range uint64(200) {
		var a, b, l, all int
		for _, c := range demo.Customers(seed, 12, today) {
			for _, p := range []service.Person{c.Agent, c.Holder} {
				extA, beyond, long := troubles(p.Name)
				for n, hit := range map[*int]bool{&a: extA, &b: beyond, &l: long, &all: extA || beyond || long} {
					if hit {
						*n++
					}
				}
			}
		}
		if a < 1 || b < 1 || l < 1 || all < 3 {
			t.Errorf("seed %d: %d rare, %d extension A, %d beyond the BMP, %d long", seed, all, a, b, l)
		}
	}
}
