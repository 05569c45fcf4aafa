package tui_test

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"certdesk/db/manycases"
	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/flow/flowtest"
	"certdesk/tui"
	"certdesk/tui/tuitest"
)

// behind is how many closed cases the store holds while the screen is measured.
const behind = 100_000

// benchHall is a counter after years of service. Open cases stand at every kind of question.
type benchHall struct {
	*flowtest.Hall
	open map[string]string // number of the case that stands at a step
}

func newBenchHall(b *testing.B) *benchHall {
	b.Helper()
	h := &benchHall{Hall: flowtest.New(b), open: map[string]string{}}
	for _, c := range []*flowtest.Customer{flowtest.Org(1), flowtest.Person(2), flowtest.StaffOf(3)} {
		h.Lay(c.Token)
		h.Begin(service.KindIssue, c).To("closed")
	}
	h.Must(manycases.Fill(context.Background(), manycases.Spec{
		Store: h.Station, Dir: h.Dir, Master: bytes.Repeat([]byte{7}, 32), Rand: h.Env.Rand, Now: h.Env.Now(), Cases: behind,
	}))
	return h
}

// stations leaves a case standing at every step of a first issue.
func (h *benchHall) stations() {
	for n := 20; ; n++ {
		c := flowtest.Org(n)
		h.Lay(c.Token)
		v := h.Begin(service.KindIssue, c)
		for range n - 20 {
			if v.Step() == "closed" {
				break
			}
			h.Must(v.Round())
		}
		at := v.Step()
		if at == "closed" {
			return
		}
		h.open[at] = v.No
	}
}

// signIns is the counter's people without their passwords: argon2id is slow on purpose and is no matter of the screen.
type signIns struct{}

func (signIns) SignIn(context.Context, string, []byte) (service.Actor, error) {
	return flowtest.Clerk, nil
}

func (h *benchHall) meter() *tuitest.Meter {
	m := tui.New(context.Background(), tui.Config{
		Desk: h.Engine, Files: h.Engine, People: signIns{}, Tokens: h.Engine, Now: h.Env.Now,
		Station: flow.Station{ID: flowtest.StationID, Hall: "长沙市政务大厅", Window: "03"},
	})
	return tuitest.NewMeter(m, 120, 40)
}

// keys types a scenario: words are typed, names in brackets are keys: "1001[enter]". Each key is noted.
func keys(m *tuitest.Meter, script string, note func(took time.Duration)) {
	for script != "" {
		if rest, ok := strings.CutPrefix(script, "["); ok {
			name, after, _ := strings.Cut(rest, "]")
			note(m.Send(tuitest.Key(name)))
			script = after
			continue
		}
		text, _, _ := strings.Cut(script, "[")
		for _, took := range m.Type(text) {
			note(took)
		}
		script = script[len(text):]
	}
}

const benchSignIn = "S01[enter]secret[enter]"

// benchPage is a page or overlay: the keys that lead there from home, what it shows, and what is typed on it.
type benchPage struct{ name, there, shows, then string }

// start are the keys before the page's own: the sign-in is a page of its own.
func (p benchPage) start() string {
	if p.name == "signin" {
		return ""
	}
	return benchSignIn
}

func (h *benchHall) pages() []benchPage {
	arrows, search := strings.Repeat("[down]", 6)+"[up][up]", "湘江第1贸易有限公司100000[enter][ctrl+u]MANY0099990[enter][ctrl+u]湘江[enter]"
	pages := []benchPage{
		{"signin", "", "口令", benchSignIn},
		{"home", "", "办理业务", "1[down][down][up]001[ctrl+u]js[ctrl+u][f5]"},
		{"find", "/", "6002", search + arrows + "[f5]"},
		{"scopes", "/", "6002", strings.Repeat("[tab]", 6) + arrows},
		{"queue", "4001[enter]", "审核", arrows + "[f5][f3]5001[enter]" + arrows + "[f3]5002[enter]"},
		{"detail", "/[down][enter]", "经手人", arrows + "[f5][f3]"},
		{"tokens", "2003[enter]", "2003", arrows + "[f5]"},
		{"help", "[f1]", "F1", "shou" + arrows},
		{"jump", ":", "交易码", "1001" + arrows},
		{"lock", "[ctrl+l]", "口令", "secret"},
		{"quit", "[f3]", "退出", "[f1]"},
	}
	for _, step := range slices.Sorted(maps.Keys(h.open)) {
		no, typed := h.open[step], arrows
		if slices.Contains([]string{"number", "details", "extras", "pin"}, step) {
			typed = "湖南楚禹科技12[tab]长沙市岳麓区[tab]34[up]" // typing is most of a clerk's keys
		}
		pages = append(pages, benchPage{"desk-" + step, "/" + no + "[enter][enter][enter]", no, typed + "[f1]"})
	}
	return pages
}

// BenchmarkScreen measures the screen with 100,000 cases behind it: View of every page at 120×40, and from a key to the finished frame.
func BenchmarkScreen(b *testing.B) {
	h := newBenchHall(b)
	h.stations()
	b.Run("View", h.view)
	b.Run("KeyToFrame", h.keyToFrame)
}

// view gives View's median time on each page and, last, on the slowest.
func (h *benchHall) view(b *testing.B) {
	var worst float64
	for _, p := range h.pages() {
		m := h.meter()
		keys(m, p.start()+p.there, func(time.Duration) {})
		if !m.Shows(p.shows) {
			b.Fatalf("%s does not show %q:\n%s", p.name, p.shows, m.Screen())
		}
		b.Run(p.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				for range 20 {
					start := time.Now()
					m.M.View()
					took = append(took, time.Since(start))
				}
			}
			ms := percentile(took, 0.50)
			b.ReportMetric(ms, "view-ms")
			b.ReportMetric(0, "ns/op")
			worst = max(worst, ms)
		})
	}
	b.Run("worst", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(worst, "view-ms")
	})
}

// keyToFrame gives the time of keys that look and, apart, of keys that act: these wait for the disk to hold what was typed.
func (h *benchHall) keyToFrame(b *testing.B) {
	var look, act []time.Duration
	size := 0
	for b.Loop() {
		for _, p := range h.pages() {
			m, acts := h.meter(), h.Power.Acts()
			keys(m, p.start(), func(time.Duration) {})
			note := func(took time.Duration) {
				size += m.Frame
				if now := h.Power.Acts(); now != acts {
					act, acts = append(act, took), now
					return
				}
				look = append(look, took)
			}
			keys(m, p.there+p.then, note)
		}
	}
	b.ReportMetric(percentile(look, 0.50), "p50-ms")
	b.ReportMetric(percentile(look, 0.99), "p99-ms")
	b.ReportMetric(percentile(look, 1), "max-ms")
	b.ReportMetric(float64(size)/float64(len(look)+len(act)), "B/key")
	b.ReportMetric(0, "ns/op")
	if len(act) > 0 {
		b.ReportMetric(percentile(act, 0.50), "act-p50-ms")
	}
}

func percentile(all []time.Duration, p float64) float64 {
	slices.Sort(all)
	return all[min(len(all)-1, int(p*float64(len(all))))].Seconds() * 1000
}
