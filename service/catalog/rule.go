package catalog

import (
	"sort"
	"strconv"

	"certdesk/service"
)

// What can be wrong with a catalog. Each is the beginning of a reason and, as the arg "rule", the key its wording hangs on.
const (
	badSyntax    = "syntax"
	tooLarge     = "file too large"
	unknownKey   = "unknown key"
	notText      = "not a text"
	notNumber    = "not a whole number"
	notFlag      = "not true or false"
	notList      = "not a list"
	notTable     = "not a table"
	notMoney     = "not an amount in yuan"
	negative     = "negative price"
	missing      = "missing"
	blank        = "empty"
	tooLong      = "too long"
	badCharacter = "unprintable character in"
	badCode      = "bad code"
	twice        = "given twice"
	noCustomer   = "unknown customer type"
	noKind       = "unknown kind"
	notServing   = "not a kind of service"
	noAlg        = "unknown algorithm"
	badProfile   = "bad profile name"
	badReview    = "unknown review order"
	noPeriod     = "neither years nor days"
	twoPeriods   = "both years and days"
	badYears     = "bad years"
	outOfRange   = "out of range"
	yearlyDays   = "yearly fee without years"
	noWording    = "wording lacks a language"
)

// Rules lists every value of the arg "rule" of a CatalogBad error.
func Rules() []string {
	return []string{
		badSyntax, tooLarge, unknownKey, notText, notNumber, notFlag, notList, notTable, notMoney, negative, missing, blank, tooLong,
		badCharacter, badCode, twice, noCustomer, noKind, notServing, noAlg, badProfile, badReview, noPeriod, twoPeriods, badYears,
		outOfRange, yearlyDays, noWording,
	}
}

type fault struct {
	line  int
	rule  string
	value string
}

func (f fault) err() error {
	return service.E(service.CatalogBad, "catalog.Check", service.Args{
		"line": strconv.Itoa(f.line), "reason": f.reason(), "rule": f.rule, "value": f.value,
	}, nil)
}

func (f fault) reason() string {
	switch {
	case f.rule == badSyntax:
		return f.value
	case f.value == "":
		return f.rule
	}
	return f.rule + " " + strconv.Quote(f.value)
}

// faults gathers what is wrong, one fault a place: the second is nearly always a consequence of the first.
type faults struct {
	places places
	list   []fault
	seen   map[string]bool
	odd    map[string]bool // tables with an unknown key (what they lack is probably that key, misspelt) or no tables at all
}

func (f *faults) add(path, rule, value string) {
	if f.seen[path] {
		return
	}
	f.seen[path] = true
	f.list = append(f.list, fault{line: f.places.line(path), rule: rule, value: clip(value)})
}

func (f *faults) lacks(table, key string) {
	if !f.odd[table] {
		f.add(under(table, key), missing, key)
	}
}

func (f *faults) given(path string) bool {
	_, ok := f.places[path]
	return ok
}

func (f *faults) errors() []error {
	sort.SliceStable(f.list, func(i, j int) bool { return f.list[i].line < f.list[j].line })
	var errs []error
	for _, one := range f.list {
		errs = append(errs, one.err())
	}
	return errs
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
