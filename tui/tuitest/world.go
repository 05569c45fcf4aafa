package tuitest

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
)

// World is a counter in memory: people, tokens, and cases that follow a script of steps. It keeps the rules that the screen relies on:
// one open prompt, versions, permissions, drafts, and secrets that are wiped.
type World struct {
	mu      sync.Mutex
	now     func() time.Time
	cases   map[string]*Case
	order   []string
	tokens  []service.TokenInfo
	watch   []chan []service.TokenInfo
	Rows    []service.CaseSummary // what Find lists beside the cases served here
	Figures flow.Home
	// Pause is how long an answer takes; Slow how long a machine step takes.
	Pause, Slow time.Duration
	// Answers counts the answers that arrived, by step.
	Answers map[string]int
	// Secrets are copies of the secrets that arrived.
	Secrets []string
	// Form takes the place of every prompt, where it is set.
	Form func() flow.Prompt
	// Crash is the machine step that panics, once.
	Crash string
	// Fail is the error that the next run of a step comes to.
	Fail map[string]error
}

// Case is a case of the world.
type Case struct {
	No      string
	Kind    service.Kind
	Script  []Step
	At      int
	Version int64
	Values  map[string]string
	Drafts  map[string]map[string]string
	Status  service.Status
	Token   string
	By      string // who entered it
	Made    map[string]bool
	Gone    string // reason it was cancelled for
	Passed  map[string]flow.Override
}

// Step is one step of a script: a prompt, or machine steps.
type Step struct {
	Name  string
	Stage service.Stage
	Ask   func(w *World, c *Case) flow.Prompt
	Take  func(w *World, c *Case, a flow.Answer) error
	Need  service.Permission
	Work  []flow.WorkStep
}

// NewWorld gives a counter with three people, two tokens in the drawer and figures of a morning.
func NewWorld() *World {
	w := &World{cases: map[string]*Case{}, Answers: map[string]int{}, Fail: map[string]error{}, now: func() time.Time { return Start }}
	w.Figures = flow.Home{
		Counts: map[service.Status]int{service.Review: 2, service.Approved: 1, service.Failed: 1, service.Draft: 3},
		Cases:  17, Issued: 12, Taken: 346000, Online: true,
	}
	for h, n := range map[int]int{8: 2, 9: 5, 10: 7, 11: 3, 13: 1, 14: 4} {
		w.Figures.Hours[h] = n
	}
	return w
}

// People of the counter: sign-in number, password, actor.
var staff = []struct {
	login, password string
	who             service.Actor
}{
	{"1001", "clerk-secret", service.Actor{ID: "s1", Name: "王芳", Role: service.RoleClerk}},
	{"1002", "reviewer-secret", service.Actor{ID: "s2", Name: "李娜", Role: service.RoleReviewer}},
	{"1009", "supervisor-secret", service.Actor{ID: "s9", Name: "赵强", Role: service.RoleSupervisor}},
}

// SignIn checks a sign-in.
func (w *World) SignIn(_ context.Context, login string, password []byte) (service.Actor, error) {
	for _, s := range staff {
		if s.login == login && s.password == string(password) {
			return s.who, nil
		}
	}
	return service.Actor{}, service.E(service.SignInFailed, "tuitest.SignIn", service.Args{"left": "4"}, nil)
}

// Insert puts tokens in; Pull takes all out.
func (w *World) Insert(ts ...service.TokenInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens = append(w.tokens, ts...)
	w.tell()
}

// Pull takes all tokens out.
func (w *World) Pull() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tokens = nil
	w.tell()
}

func (w *World) tell() {
	for _, ch := range w.watch {
		ch <- append([]service.TokenInfo(nil), w.tokens...)
	}
}

// Watch follows the tokens.
func (w *World) Watch(ctx context.Context) <-chan []service.TokenInfo {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := make(chan []service.TokenInfo, 16)
	ch <- append([]service.TokenInfo(nil), w.tokens...)
	w.watch = append(w.watch, ch)
	return ch
}

// OwnToken marks a token as a member of staff's own.
func (w *World) OwnToken(_ context.Context, who service.Actor, serial string, own bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !who.May(service.MayOverride) {
		return service.E(service.NotPermitted, "tuitest.OwnToken", service.Args{"permission": string(service.MayOverride)}, nil)
	}
	for i := range w.tokens {
		if w.tokens[i].Serial == serial {
			w.tokens[i].Staff = own
		}
	}
	w.tell()
	return nil
}

// Inspect reads a token.
func (w *World) Inspect(_ context.Context, serial string) (flow.TokenView, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.tokens {
		if t.Serial == serial {
			return inside(t), nil
		}
	}
	return flow.TokenView{}, service.E(service.TokenAbsent, "tuitest.Inspect", service.Args{"serial": serial}, nil)
}

func inside(t service.TokenInfo) flow.TokenView {
	v := flow.TokenView{Info: t}
	if t.Label == "" {
		return v
	}
	until := time.Date(2027, 3, 2, 0, 0, 0, 0, time.UTC)
	v.Case = "B0430-250302-0018"
	v.History = []service.CaseSummary{{No: v.Case, Kind: service.KindIssue, Status: service.Completed, Updated: time.Date(2025, 3, 2, 2, 41, 0, 0, time.UTC)}}
	v.Containers = []flow.ContainerView{{Name: t.Label, Certificates: []flow.CertView{
		{Usage: service.UsageSign, Serial: "3A917C00D2", Subject: "CN=湖南楚禹科技有限公司,O=湖南楚禹科技有限公司,L=长沙市,C=CN", NotAfter: until, DaysLeft: 100, Status: service.CertValid, Known: true},
		{Usage: service.UsageEncrypt, Serial: "3A917D00D2", Subject: "CN=湖南楚禹科技有限公司,O=湖南楚禹科技有限公司,L=长沙市,C=CN", NotAfter: until, DaysLeft: 100, Status: service.CertValid, Known: true},
	}}}
	return v
}

// Home gives the figures.
func (w *World) Home(context.Context, service.Actor) (flow.Home, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.Figures
	h.Counts = maps.Clone(h.Counts)
	for _, c := range w.cases {
		h.Counts[c.Status]++
	}
	return h, nil
}

// Open gives the case of a number, for tests that look behind the screen.
func (w *World) Open(no string) *Case {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cases[no]
}

func (w *World) find(no string) (*Case, error) {
	c, ok := w.cases[no]
	if !ok {
		return nil, service.E(service.NotFound, "tuitest", service.Args{"what": "case", "id": no}, nil)
	}
	return c, nil
}

// Begin opens a case.
func (w *World) Begin(_ context.Context, who service.Actor, kind service.Kind) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	script, ok := scripts()[kind]
	if !ok {
		return "", service.E(service.KindUnknown, "tuitest.Begin", service.Args{"kind": string(kind)}, nil)
	}
	no := fmt.Sprintf("B0430-261121-%04d", 18+len(w.order))
	w.cases[no] = &Case{No: no, Kind: kind, Script: script, Version: 1, Status: service.Draft, By: who.ID,
		Values: map[string]string{}, Drafts: map[string]map[string]string{}, Made: map[string]bool{}, Passed: map[string]flow.Override{}}
	w.order = append(w.order, no)
	return no, nil
}
