package page

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"certdesk/service"
)

// Entry is something that a transaction code opens.
type Entry struct {
	Code     string
	Initials string // pinyin initials of the title
	Title    service.Text
	Off      service.Text // why it cannot be opened by who is signed in; empty where it can
	Open     func() tea.Cmd
}

// Narrow lists the entries that fit what was typed: the beginning of a code, of the pinyin initials or of a word of the title. A leading
// = or : is not part of it. Nothing typed fits everything.
func Narrow(all []Entry, typed string) []Entry {
	q := strings.ToUpper(strings.TrimLeft(strings.TrimSpace(typed), "=:："))
	var out []Entry
	for _, e := range all {
		if q == "" || fits(e, q) {
			out = append(out, e)
		}
	}
	return out
}

func fits(e Entry, q string) bool {
	if strings.HasPrefix(e.Code, q) || strings.Contains(e.Title.ZH, q) {
		return true
	}
	return q[0] > '9' && (strings.Contains(e.Initials, q) || strings.Contains(strings.ToUpper(e.Title.EN), q))
}
