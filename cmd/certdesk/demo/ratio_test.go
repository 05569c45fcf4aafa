package demo

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"certdesk/cmd/certdesk/app"
	"certdesk/service"
	"certdesk/token/softkey"
)

// What one 1001 case (an organisation's or a person's first certificates on a fresh token, up to hand-over, paper and upload apart) makes
// of dear operations. Counted from the real thing: a certdesk built with
//
//	go build -cover -covermode=count -coverpkg=certdesk/...,golang.org/x/crypto/argon2,github.com/emmansun/gmsm/sm2,github.com/tjfoc/gmsm/sm2
//
// serves 5 and 6 customers of seed 1 (demo --auto, each into its own GOCOVERDIR), and what the sixth, a 1001, adds to each function is
// its count.
const (
	signatures   = 122 // SM2: audit rows 67 + heads 43, events 4, CMP and proofs of the station 3, token 1, centre: certificates 2, CMP 2
	verification = 34  // SM2: chains, certificates, CMP both ways, proof of possession
	secondLooks  = 3   // SM2, the other implementation
	encryptions  = 4   // SM2: two envelopes, two challenges
	decryptions  = 3   // SM2: envelope, challenges
	keyPairs     = 2   // SM2: signing pair on the token, encryption pair at the centre
	derivations  = 6   // argon2id at the drawer's cost; the factory's PINs cost nothing
	stationActs  = 43  // SQLite commits at the station
	stationRows  = 220 // that an act needs: audit 67, heads 43, case 43, journal 40, paper, spool, events, money, person, pair
	centreActs   = 3   // SQLite commits at the centre
	centreRows   = 8
	roundTrips   = 3 // TLS: SO PIN ticket, request, confirmation, on a connection that is kept
)

// BenchmarkRatioCase holds the software cost of a 1001 case, with soft UKeys at their production cost, against the same operations
// made bare in the same run, in turns. ratio is the goal's (at most 1.5); ratio-keyless leaves argon2id out on both sides, which hides the
// rest; the reads, the seals and the token's 14 durable file writes are no part of the floor.
func BenchmarkRatioCase(b *testing.B) {
	o := app.Options{Dir: filepath.Join(b.TempDir(), "hall"), Env: app.RealEnv(), Soft: []softkey.Option{softkey.WithKDF(3, 12<<10, 1)}}
	h, err := Open(b.Context(), o, quiet())
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	a, err := NewAuto(b.Context(), h.App, People(), 1, 4*(b.N+2))
	if err != nil {
		b.Fatal(err)
	}
	first := slices.DeleteFunc(a.visits, func(v visit) bool { return v.kind != service.KindIssue })
	f := newFloor(b)
	served(b, a, first[0]) // what is read and prepared once
	f.all()
	var whole, bare, keys []time.Duration
	for i := range b.N {
		whole = append(whole, served(b, a, first[i+1]))
		k := f.keys()
		keys, bare = append(keys, k), append(bare, k+f.rest())
	}
	w, g, k := middle(whole), middle(bare), middle(keys)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(w/g, "ratio")
	b.ReportMetric((w-k)/(g-k), "ratio-keyless")
	b.ReportMetric(w/1e6, "case-ms")
	b.ReportMetric(g/1e6, "floor-ms")
	b.ReportMetric(k/1e6, "argon2id-ms")
}

// served is how long a customer takes, from the first prompt to the last.
func served(b *testing.B, a *Auto, v visit) time.Duration {
	b.Helper()
	from := time.Now()
	no, err := a.turn(b.Context(), v)
	if err == nil {
		err = a.serve(b.Context(), v, no)
	}
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(from)
}

// middle is the median: a shared machine's hiccups fall on either side.
func middle(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2])
}
