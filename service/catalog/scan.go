package catalog

import (
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// places maps the path of every table, key and list element of a TOML text to its line, from 1. The TOML library tells lines
// of syntax errors only; a human who edits a catalog needs them for every rule.
type places map[string]int

// root is the path of the file itself.
const root = ""

// under is the path of a key or a list element within path. The separator stands in no sensible key.
func under(path, key string) string { return path + "\x00" + key }

func element(path string, i int) string { return under(path, strconv.Itoa(i)) }

// line is where path stands, or the nearest table around it that stands anywhere.
func (p places) line(path string) int {
	for path != root {
		if n, ok := p[path]; ok {
			return n
		}
		path = path[:strings.LastIndexByte(path, 0)]
	}
	return 1
}

// scanner reads a text that the TOML library has accepted, so it need not tell right from wrong, only find its way; on any
// other text it ends too.
type scanner struct {
	src   string
	at    int
	line  int
	found places
	count map[string]int // elements so far of each [[list of tables]]
}

func locate(src string) places {
	s := &scanner{src: src, line: 1, found: places{}, count: map[string]int{}}
	table := root
	for s.blank(); s.at < len(s.src); s.blank() {
		if s.src[s.at] == '[' {
			table = s.header()
		} else {
			s.pair(table)
		}
	}
	return s.found
}

// header reads [a.b] or [[a.b]] and gives the path that the pairs below it belong to.
func (s *scanner) header() string {
	line, list, brackets := s.line, strings.HasPrefix(s.src[s.at:], "[["), 1
	if list {
		brackets = 2
	}
	s.skip(brackets)
	path, keys := root, s.keys()
	for i, key := range keys {
		path = under(path, key)
		s.note(path)
		n := s.count[path]
		switch {
		case list && i == len(keys)-1:
			s.count[path]++
			path = element(path, n)
		case n > 0:
			path = element(path, n-1)
		}
	}
	s.found[path] = line // an explicit header outranks the line where a deeper one implied the table
	s.skip(brackets)
	return path
}

// pair reads key = value within table.
func (s *scanner) pair(table string) {
	path := table
	for _, key := range s.keys() {
		path = under(path, key)
		s.note(path)
	}
	s.skip(1) // =
	s.space()
	s.value(path)
}

func (s *scanner) value(path string) {
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.skip(1)
		for i := 0; s.more(']'); i++ {
			s.note(element(path, i))
			s.value(element(path, i))
		}
	case '{':
		s.skip(1)
		for s.more('}') {
			s.pair(path)
		}
	default: // number, date, true, false
		n := strings.IndexAny(s.src[s.at:], ",]}#\n")
		if n < 0 {
			n = len(s.src) - s.at
		}
		s.skip(max(n, 1)) // 1: always onward, whatever stands there
	}
}

// more goes to the next member of a list or inline table; at its end it steps over the closing bracket and tells so.
func (s *scanner) more(closing byte) bool {
	for s.blank(); s.peek() == ','; s.blank() {
		s.skip(1)
	}
	if s.peek() == closing || s.at >= len(s.src) {
		s.skip(1)
		return false
	}
	return true
}

// keys reads a key, dotted or not.
func (s *scanner) keys() []string {
	var keys []string
	for {
		s.space()
		keys = append(keys, s.key())
		s.space()
		if s.peek() != '.' {
			return keys
		}
		s.skip(1)
	}
}

func (s *scanner) key() string {
	if c := s.peek(); c == '"' || c == '\'' {
		return unquote(s.quoted())
	}
	start := s.at
	if n := strings.IndexAny(s.src[s.at:], " \t.=]"); n >= 0 {
		s.skip(n)
	} else {
		s.skip(len(s.src))
	}
	return s.src[start:s.at]
}

// unquote lets the library itself read a quoted key, escapes included.
func unquote(raw string) string {
	var one struct{ K string }
	if _, err := toml.Decode("K = "+raw, &one); err != nil {
		return raw
	}
	return one.K
}
