package profile

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"certdesk/service"
)

// A profile is a page or two; these keep a wrong file from taking time.
const (
	maxFile  = 32 << 10
	maxLines = 500
)

// What can be wrong with a profile: the arg "rule" of a ProfileBad error, on which its wording hangs.
const (
	badSyntax   = "syntax"
	tooLarge    = "file too large"
	unknownKey  = "unknown key"
	wrongType   = "wrong type"
	missing     = "not given"
	notAllowed  = "not allowed"
	otherDriver = "section of the other driver"
)

// Rules lists every value of the arg "rule".
func Rules() []string {
	return []string{badSyntax, tooLarge, unknownKey, wrongType, missing, notAllowed, otherDriver}
}

// Parse reads a profile. The error is the first that [Check] finds.
func Parse(text []byte) (Profile, error) {
	p, errs := read(string(text))
	if len(errs) > 0 {
		return Profile{}, errs[0]
	}
	return p, nil
}

// Check tells everything wrong with a profile, in the order of its lines; nil means that Parse takes it. Every error is ProfileBad
// with args line (from 1), key (dotted: "p11.sm2.input"), value (what stands there), rule (one of [Rules]), allowed (what may stand
// there, English, may be empty) and reason (all of it in one English line, for a log or a developer).
func Check(text []byte) []error {
	_, errs := read(string(text))
	return errs
}

// Load reads a profile file. NotFound where there is none, ProfileBad (line 0) where it cannot be read, else as Parse.
func Load(path string) (Profile, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Profile{}, service.E(service.NotFound, "profile.Load", service.Args{"what": "token profile", "id": path}, err)
	case err != nil:
		return Profile{}, service.E(service.ProfileBad, "profile.Load", service.Args{"line": "0", "key": path, "value": "",
			"rule": badSyntax, "allowed": "", "reason": "cannot be read"}, err)
	}
	return Parse(text)
}

// fault is one mistake.
type fault struct {
	line                      int
	key, value, rule, allowed string
}

func (f fault) err() error {
	return service.E(service.ProfileBad, "profile.Check", service.Args{"line": strconv.Itoa(f.line), "key": f.key, "value": f.value,
		"rule": f.rule, "allowed": f.allowed, "reason": f.reason()}, nil)
}

func (f fault) reason() string {
	out := f.rule
	if f.key != "" {
		out += " " + f.key
	}
	if f.value != "" {
		out += " = " + f.value
	}
	if f.allowed != "" {
		out += "; allowed: " + f.allowed
	}
	return out
}

// reader gathers what is wrong, one fault a key: the second is nearly always a consequence of the first.
type reader struct {
	text   string
	tree   map[string]any
	faults []fault
	places map[string]int // nil until a fault asks
}

func read(text string) (Profile, []error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if len(text) > maxFile || strings.Count(text, "\n") > maxLines {
		return Profile{}, []error{fault{line: 1, rule: tooLarge}.err()}
	}
	r := &reader{text: text, tree: map[string]any{}}
	if _, err := toml.Decode(text, &r.tree); err != nil {
		return Profile{}, []error{syntax(text, err).err()}
	}
	p := Profile{SOPIN: SOPIN{Scheme: Derived}}
	r.decode(&p)
	r.check(&p)
	slices.SortStableFunc(r.faults, func(a, b fault) int { return cmp.Compare(a.line, b.line) })
	var errs []error
	for _, f := range r.faults {
		errs = append(errs, f.err())
	}
	return p, errs
}

// syntax counts the line from the offset: the library's own count is one too high where an unexpected line end is the fault.
func syntax(text string, err error) fault {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return fault{line: 1, rule: badSyntax, value: "not TOML"}
	}
	before := text[:max(0, min(parse.Position.Start, len(text)))]
	return fault{line: 1 + strings.Count(before, "\n"), rule: badSyntax, value: clip(parse.Message)}
}

func (r *reader) add(key, value, rule, allowed string) {
	for _, f := range r.faults {
		if f.key == key {
			return
		}
	}
	r.faults = append(r.faults, fault{r.line(key), key, clip(value), rule, allowed})
}

// value gives what stands at a dotted key.
func (r *reader) value(key string) (any, bool) { return at(r.tree, strings.Split(key, ".")) }

func at(tree map[string]any, path []string) (any, bool) {
	v, ok := tree[path[0]]
	if !ok || len(path) == 1 {
		return v, ok
	}
	inner, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	return at(inner, path[1:])
}

func (r *reader) given(key string) bool {
	_, ok := r.value(key)
	return ok
}

// line is where a key stands, or the nearest table around it; 1 for what stands nowhere.
func (r *reader) line(key string) int {
	if r.places == nil {
		r.places = locate(r.text)
	}
	for key != "" {
		if line, ok := r.places[key]; ok {
			return line
		}
		key = key[:max(0, strings.LastIndexByte(key, '.'))]
	}
	return 1
}

// locate gives the line of every key. The library tells the lines of syntax errors only, so it is asked again: a key begins behind the
// last whole text that lacks it, and ends the first that has it.
func locate(text string) map[string]int {
	places, lines, begin := map[string]int{}, strings.SplitAfter(text, "\n"), 0
	for i := range lines {
		var tree map[string]any
		if _, err := toml.Decode(strings.Join(lines[:i+1], ""), &tree); err != nil {
			continue
		}
		note(places, "", tree, firstOf(lines, begin, i)+1)
		begin = i + 1
	}
	return places
}

// note gives the keys that have no line yet this one.
func note(places map[string]int, path string, tree map[string]any, line int) {
	for name, v := range tree {
		if _, known := places[path+name]; !known {
			places[path+name] = line
		}
		if inner, ok := v.(map[string]any); ok {
			note(places, path+name+".", inner, line)
		}
	}
}

// firstOf skips blank lines and comments before the key.
func firstOf(lines []string, begin, end int) int {
	for i := begin; i < end; i++ {
		if text := strings.TrimSpace(lines[i]); text != "" && text[0] != '#' {
			return i
		}
	}
	return end
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
