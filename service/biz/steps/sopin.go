package steps

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"certdesk/service"
	"certdesk/service/flow"
)

// The SO PINs of a token come in generations: generation g is derived by the centre from its master, the serial and g, fetched as a
// ticket and kept here as a sealed setting (DESIGN 4). Generation 0 is the SO PIN that the device left its factory with.
//
// Initialising sets the first. Whoever used one changes it to the next, as the last act on the token. Which one is in force only the
// station knows that set it: the centre derives any, and learns of each change by the event "so-pin" (token, generation), which it
// keeps. A station that never met the token, or met it before another station did, asks the token itself, from the generation it
// would expect upwards, while tries are known to be left; then a supervisor decides, who can ask the centre.
const factory = 0

// soCurrent names the setting that tells which generation is in force on a token; soPIN the one that holds a generation.
func soCurrent(serial string) string    { return "sopin/" + serial + "/current" }
func soPIN(serial string, g int) string { return "sopin/" + serial + "/" + strconv.Itoa(g) }
func (s standing) setting() []byte      { return []byte(s.String()) }
func generation(text string) (int, bool) {
	g, err := strconv.Atoi(text)
	return g, err == nil && g >= 0 && g < 1<<20
}

// standing is what this station knows of a token's SO PIN. It is one setting, so that it changes at once:
//
//	"2"      generation 2 is in force
//	"2 due"  it is, and was used since: it is to be changed
//	"2>3"    the change to 3 has begun: the token obeys one of the two
type standing struct {
	known bool // the station has a record at all
	force int
	next  int // 0: no change has begun
	due   bool
}

// String is the setting's value.
func (s standing) String() string {
	switch {
	case s.next > 0:
		return fmt.Sprintf("%d>%d", s.force, s.next)
	case s.due:
		return strconv.Itoa(s.force) + " due"
	}
	return strconv.Itoa(s.force)
}

func parseStanding(text string) (s standing, err error) {
	left, right, open := strings.Cut(text, ">")
	left, s.due = strings.CutSuffix(left, " due")
	s.force, s.known = generation(left)
	if open {
		var ok bool
		s.next, ok = generation(right)
		s.known = s.known && ok && !s.due && s.next > s.force
	}
	if !s.known {
		return standing{}, service.E(service.StoreCorrupt, "steps.parseStanding", nil, nil)
	}
	return s, nil
}

// standingOf reads what is known of the case's token; the zero value where nothing is.
func standingOf(ctx context.Context, j *flow.Job) (standing, error) {
	text, err := j.Setting(ctx, soCurrent(j.Case.Token))
	if err != nil || text == nil {
		return standing{}, err
	}
	return parseStanding(string(text))
}

// keep stores the standing with the done row of the step.
func (s standing) keep(j *flow.Job) { j.KeepSecret(soCurrent(j.Case.Token), s.setting()) }

// own is the generation that this token's next initialising sets: the newest that it has had, the first on a fresh one.
func (s standing) own() int { return max(1, s.force, s.next) }

// sealed are the generations that must lie here before the token is touched, so that no line is needed then.
func (s standing) sealed() []int {
	switch {
	case s.next > 0 && s.force > factory:
		return []int{s.force, s.next}
	case s.next > 0:
		return []int{s.next}
	}
	return []int{s.own()}
}

// maxGuess bounds how many generations are tried on a token that does not obey the one on record.
const maxGuess = 4

// order lists the generations to try, the likeliest first: of a change that has begun the new one and then the old (DESIGN 4); else
// the one on record, and, as another station may have changed it and a restored store is behind, those around it.
func (s standing) order() []int {
	if s.next > 0 {
		return []int{s.next, s.force}
	}
	first := s.own()
	if s.known {
		first = s.force
	}
	out := []int{first, first + 1}
	if first > 1 {
		out = append(out, first-1)
	}
	for g := first + 2; len(out) < maxGuess; g++ {
		out = append(out, g)
	}
	return out
}

// soOf gives the SO PIN of a generation: the factory's, the one sealed here, or a ticket, which is sealed with the step's done row.
// The caller wipes it. Errors: SOPINUnknown (serial), those of the centre.
func soOf(ctx context.Context, j *flow.Job, g int) ([]byte, error) {
	serial := j.Case.Token
	if g == factory {
		return append([]byte(nil), j.Desk.FactorySO...), nil
	}
	if pin := j.Keep[soPIN(serial, g)]; pin != nil {
		return append([]byte(nil), pin...), nil
	}
	pin, err := j.Setting(ctx, soPIN(serial, g))
	if err != nil || pin != nil {
		return pin, err
	}
	t, err := j.Desk.Tickets.Ticket(ctx, serial, g)
	if err != nil {
		return nil, err
	}
	if len(t.PIN) == 0 || t.Serial != serial || t.Generation != g {
		clear(t.PIN)
		return nil, service.E(service.SOPINUnknown, "steps.soOf", service.Args{"serial": serial}, nil)
	}
	j.KeepSecret(soPIN(serial, g), t.PIN)
	return append([]byte(nil), t.PIN...), nil
}

// Outputs of FetchTicket for the prompts behind it.
const (
	soForce = "so.force" // the generation on record
	soNext  = "so.next"  // the one that a change had begun to
)

// FetchTicket is the step that makes sure that the SO PINs which the token may obey are sealed here before anything depends on them.
// Only the first time does it need the centre.
func FetchTicket() flow.Step {
	return flow.Step{
		Name: "ticket", Stage: service.StageMake, Title: service.T("取得管理 PIN", "Fetch the SO PIN"),
		Do: func(ctx context.Context, j *flow.Job) error {
			if j.Desk.FixedSO {
				j.Say("型号规定的固定管理 PIN", "fixed by the model")
				return nil
			}
			st, err := standingOf(ctx, j)
			if err != nil {
				return err
			}
			for _, g := range st.sealed() {
				pin, err := soOf(ctx, j, g)
				if err != nil {
					return err
				}
				clear(pin)
			}
			j.Put(soForce, strconv.Itoa(st.order()[0]))
			if st.next > 0 {
				j.Put(soForce, strconv.Itoa(st.force))
				j.Put(soNext, strconv.Itoa(st.next))
			}
			j.Say("已由中心派生，密封保存", "derived by the centre, sealed here")
			return nil
		},
	}
}
