// Package text holds the words of the screen: what an error means for the person at the counter, and the texts of the screen's own
// furniture. Words of a business live with the business.
package text

import (
	"strings"

	"certdesk/service"
)

// Explanation is an error in the words of the counter (DESIGN 13).
type Explanation struct {
	Title string // what happened, in one line
	Cause string // why
	Next  string // what to do now
}

// entry holds the three texts of one code. {name} stands for an argument; a part in [square brackets] is left out where one of its
// arguments is missing.
type entry struct{ title, cause, next service.Text }

// Explain gives the words for err: those of its code, or of an internal fault where it carries none.
func Explain(err error, lang service.Lang) Explanation {
	if err == nil {
		return Explanation{}
	}
	code, args := service.CodeOf(err), service.ArgsOf(err)
	e, ok := lookup(code)
	if !ok {
		e, _ = lookup(service.Internal)
	}
	fill := func(t service.Text) string { return expand(t.In(lang), args, lang) }
	return Explanation{Title: fill(e.title), Cause: fill(e.cause), Next: fill(e.next)}
}

// At gives the words for an error that stands at its field, in one or two sentences: what is wrong and what to do.
func At(err error, lang service.Lang) string {
	args := service.Args{}
	for k, v := range service.ArgsOf(err) {
		if k != "field" {
			args[k] = v
		}
	}
	e := Explain(service.E(service.CodeOf(err), "", args, nil), lang)
	if lang == service.EN {
		return upper(e.Title) + ". " + e.Next
	}
	return e.Title + "。" + e.Next
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func lookup(c service.Code) (entry, bool) {
	for _, table := range tables {
		if e, ok := table[c]; ok {
			return e, true
		}
	}
	return entry{}, false
}

// tables are the texts by area.
var tables = []map[service.Code]entry{general, people, cases, money, tokens, device, centre, numbers, papers, station, machine}

// expand fills the arguments into a text.
func expand(s string, args service.Args, lang service.Lang) string {
	for {
		open := strings.IndexByte(s, '[')
		end := strings.IndexByte(s, ']')
		if open < 0 || end < open {
			return replace(s, args, lang)
		}
		part := s[open+1 : end]
		if lacks(part, args) {
			part = ""
		}
		s = s[:open] + part + s[end+1:]
	}
}

func lacks(part string, args service.Args) bool {
	for _, name := range placeholders(part) {
		if _, known := words[name][args[name]]; args[name] == "" || name == "field" && !known {
			return true
		}
	}
	return false
}

func replace(s string, args service.Args, lang service.Lang) string {
	for _, name := range placeholders(s) {
		s = strings.ReplaceAll(s, "{"+name+"}", word(name, value(name, args, lang), lang))
	}
	return s
}

// value is an argument's value; one that is made of words has an English twin.
func value(name string, args service.Args, lang service.Lang) string {
	if en := args[name+"_en"]; lang == service.EN && en != "" {
		return en
	}
	return args[name]
}

// placeholders lists the argument names in a text.
func placeholders(s string) []string {
	var out []string
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			return out
		}
		end := strings.IndexByte(s[open:], '}')
		if end < 0 {
			return out
		}
		out = append(out, s[open+1:open+end])
		s = s[open+end+1:]
	}
}
