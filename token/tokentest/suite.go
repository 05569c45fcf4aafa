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
	Hotplug  Feature = "hotplug"   // Insert and Remove work, and a session notices
	Erase    Feature = "erase"     // Initialise works more than once
	Counters Feature = "counters"  // the token reports its tries
	Lock     Feature = "lock"      // wrong PINs lock
	SOLock   Feature = "so-lock"   // wrong SO PINs lock
	SOChange Feature = "so-change" // the SO PIN can be changed; without it, it is SOPIN for ever
	Default  Feature = "default"   // the token reports a factory PIN
	SM2      Feature = "sm2"       // SM2 keys and SM3withSM2 signatures
	P256     Feature = "p256"      // P-256 keys and ECDSA with SHA-256
	RSA      Feature = "rsa2048"   // RSA-2048 keys, RSASSA-PKCS1-v1_5 with SHA-256
	RSA3072  Feature = "rsa3072"   // the same with 3072 bits
	Envelope Feature = "envelope"  // imports a GB/T 35276 envelope and proves the key in it
	Plain    Feature = "plain"     // Decrypt gives the plaintext; without it there is ProveEncryption alone
	Delete   Feature = "delete"    // containers can be deleted
	Space    Feature = "space"     // memory is limited within reach of a test
	Several  Feature = "several"   // more than one token at a time
	Exclude  Feature = "exclude"   // a second session is refused
	Fresh    Feature = "fresh"     // Blank gives a token as the factory ships it; without it, one that SOPIN initialises anew
)

// Features lists everything that a device may lack.
func Features() []Feature { return features() }

func features() []Feature {
	return append([]Feature{Hotplug, Erase, Counters, Lock, SOLock, SOChange, Default, SM2, P256, RSA, RSA3072, Envelope, Plain, Delete, Space,
		Several, Exclude, Fresh}, hostile()...)
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
	// SOPIN is the SO PIN in force on a token of Blank: the factory's.
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
		algClauses(), envelopeClauses(), proveClauses(), certClauses(), sessionClauses(), hostileClauses()} {
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

// probeEnvelope sees to it that a device without envelopes, or without a plaintext, says so instead of pretending.
func probeEnvelope(b *bench) {
	switch s := b.in(); {
	case !b.has(Envelope):
		b.key(s, "box")
		b.wants(s.ImportEncryptionKey(b.ctx, "box", []byte{0x30, 0}), service.TokenUnsupported)
	case !b.has(Plain):
		enc, envelope := b.pairFor(b.key(s, "box"))
		b.ok(s.ImportEncryptionKey(b.ctx, "box", envelope))
		_, err := s.Decrypt(b.ctx, "box", b.cipher(enc.PublicKey()))
		b.wants(err, service.TokenUnsupported)
	}
}

// lacks names the features of needs that the device is without, with their reasons.
func (b *bench) lacks(needs []Feature) string {
	var out []string
	for _, f := range needs {
		if why, ok := b.h.Caps().Lacks[f]; ok {
			out = append(out, fmt.Sprintf("%s: %s", f, why))
		} else if !supplies(b.h, f) {
			out = append(out, fmt.Sprintf("%s: nobody here can make such a token", f))
		}
	}
	sort.Strings(out)
	return strings.Join(out, "; ")
}

func newBench(t *testing.T, h Harness) *bench {
	return &bench{T: t, h: h, ctx: context.Background()}
}
