// Package tokentest is the contract of service.Tokens as tests: one suite that every driver must pass, and one model that
// random sequences of calls are compared with.
//
// A driver's test supplies a [Harness] and calls [Run]. What a device cannot do stands in its [Caps] with a reason; the clauses
// that need it are then reported as unsupported by name, and where refusal can be observed it is: a device that claims to
// lack a feature must refuse it with TokenUnsupported.
package tokentest

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"

	"certdesk/service"
)

// Feature is something a device may lack.
type Feature string

// Features.
const (
	Hotplug  Feature = "hotplug"  // Insert and Remove work, and a session notices
	Erase    Feature = "erase"    // Initialise works more than once
	Counters Feature = "counters" // the token reports its tries
	Lock     Feature = "lock"     // wrong PINs lock
	SOLock   Feature = "so-lock"  // wrong SO PINs lock
	Default  Feature = "default"  // the token reports a factory PIN
	SM2      Feature = "sm2"      // SM2 keys and SM3withSM2 signatures
	Envelope Feature = "envelope" // imports a GB/T 35276 envelope and decrypts with the key
	Delete   Feature = "delete"   // containers can be deleted
	Space    Feature = "space"    // memory is limited within reach of a test
	Several  Feature = "several"  // more than one token at a time
	Exclude  Feature = "exclude"  // a second session is refused
)

func features() []Feature {
	return []Feature{Hotplug, Erase, Counters, Lock, SOLock, Default, SM2, Envelope, Delete, Space, Several, Exclude}
}

// Caps says what the device lacks, each with the reason that the report shows.
type Caps struct {
	Lacks map[Feature]string
}

// Harness drives one kind of device. Every clause gets a fresh one.
type Harness interface {
	// Tokens is the driver under test.
	Tokens() service.Tokens
	// Blank supplies a token that is not initialised, plugged in, and returns its serial. Each call gives another one.
	Blank(t *testing.T) string
	// Insert and Remove plug a token of Blank in and out; TokenUnsupported where nobody is there to do it.
	Insert(serial string) error
	Remove(serial string) error
	// SOPIN is the factory SO PIN.
	SOPIN() []byte
	Caps() Caps
}

// Clause is one sentence of the contract.
type Clause struct {
	Name string // "pin/wrong-counts-down"
	What string // the promise in words
}

type clause struct {
	Clause
	needs []Feature
	run   func(*bench)
}

func c(name, what string, run func(*bench), needs ...Feature) clause {
	return clause{Clause{name, what}, needs, run}
}

func all() []clause {
	var list []clause
	for _, part := range [][]clause{presenceClauses(), initClauses(), pinClauses(), soClauses(), keyClauses(),
		envelopeClauses(), certClauses(), sessionClauses()} {
		list = append(list, part...)
	}
	return list
}

// Clauses lists the contract.
func Clauses() []Clause {
	var list []Clause
	for _, c := range all() {
		list = append(list, c.Clause)
	}
	return list
}

// Run holds a driver to the contract. h is called once per clause.
func Run(t *testing.T, h func(t *testing.T) Harness) {
	var held, unsupported []string
	t.Run("caps", func(t *testing.T) { checkCaps(t, h(t)) })
	for _, c := range all() {
		t.Run(c.Name, func(t *testing.T) {
			b := newBench(t, h(t))
			if lack := b.lacks(c.needs); lack != "" {
				unsupported = append(unsupported, c.Name+" ("+lack+")")
				t.Skipf("UNSUPPORTED %s: %s", c.Name, lack)
			}
			c.run(b)
			held = append(held, c.Name)
		})
	}
	t.Logf("contract: %d clauses, %d ran to the end, %d unsupported", len(all()), len(held), len(unsupported))
	for _, u := range unsupported {
		t.Log("unsupported: " + u)
	}
}

// checkCaps refuses a lack without a reason or of a feature nobody knows.
func checkCaps(t *testing.T, h Harness) {
	known := map[Feature]bool{}
	for _, f := range features() {
		known[f] = true
	}
	for f, why := range h.Caps().Lacks {
		if !known[f] || strings.TrimSpace(why) == "" {
			t.Errorf("lack %q, reason %q: unknown feature or no reason", f, why)
		}
	}
	if why := h.Caps().Lacks[Hotplug]; why != "" {
		if err := h.Remove("X"); !service.IsCode(err, service.TokenUnsupported) {
			t.Errorf("Remove says %v, want %s", err, service.TokenUnsupported)
		}
	}
	probeEnvelope(newBench(t, h))
}

// probeEnvelope sees to it that a device without envelopes says so instead of pretending.
func probeEnvelope(b *bench) {
	if b.lacks([]Feature{Envelope}) == "" || b.lacks([]Feature{SM2}) != "" {
		return
	}
	s := b.made()
	b.login(s)
	b.key(s, "box")
	b.wants(s.ImportEncryptionKey(b.ctx, "box", []byte{0x30, 0}), service.TokenUnsupported)
}

// lacks names the features of needs that the device is without, with their reasons.
func (b *bench) lacks(needs []Feature) string {
	var out []string
	for _, f := range needs {
		if why, ok := b.h.Caps().Lacks[f]; ok {
			out = append(out, fmt.Sprintf("%s: %s", f, why))
		}
	}
	sort.Strings(out)
	return strings.Join(out, "; ")
}

func newBench(t *testing.T, h Harness) *bench {
	return &bench{T: t, h: h, ctx: context.Background()}
}
