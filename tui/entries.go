package tui

import (
	"sort"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/tui/page"
	"certdesk/tui/page/desk"
	"certdesk/tui/page/find"
	"certdesk/tui/page/queue"
	"certdesk/tui/page/tokens"
	"certdesk/tui/text"
)

// entries are the businesses and the pages that have a transaction code, in the order of their codes.
func (m *Model) entries() []page.Entry {
	out := m.acts()
	for _, d := range m.cfg.Desk.Definitions() {
		out = append(out, m.business(d))
	}
	sort.SliceStable(out, func(i, k int) bool { return out[i].Code < out[k].Code })
	return out
}

func (m *Model) business(d flow.Definition) page.Entry {
	e := page.Entry{Code: string(d.Kind), Initials: d.Initials, Title: d.Title}
	if !m.env.Who.May(d.Permission) {
		e.Off = text.NoPermission
	}
	e.Open = func() tea.Cmd { return m.Go(desk.Begin(m.env, d.Kind)) }
	return e
}

func (m *Model) acts() []page.Entry {
	go1 := func(p func() page.Page) func() tea.Cmd { return func() tea.Cmd { return m.Go(p()) } }
	of := func(title service.Text, ss ...service.Status) func() tea.Cmd {
		return go1(func() page.Page { return queue.New(m.env, title, ss) })
	}
	return []page.Entry{
		{Code: "2003", Initials: "ZDJZ", Title: text.ActDiagnose, Open: go1(func() page.Page { return tokens.New(m.env) })},
		{Code: "4001", Initials: "SH", Title: text.ActReview, Open: of(text.ActReview, service.Review)},
		{Code: "5001", Initials: "ZZ", Title: text.ActMake, Open: of(text.ActMake, service.Approved, service.Making, service.Unfinished, service.Failed)},
		{Code: "5002", Initials: "DJF", Title: text.ActHandover, Open: of(text.ActHandover, service.Produced)},
		{Code: "6002", Initials: "YWCX", Title: text.ActCases, Open: go1(func() page.Page { return find.New(m.env) })},
	}
}
