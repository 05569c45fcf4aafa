package catalog

import "strings"

func (s *scanner) note(path string) {
	if _, seen := s.found[path]; !seen {
		s.found[path] = s.line
	}
}

func (s *scanner) peek() byte {
	if s.at >= len(s.src) {
		return 0
	}
	return s.src[s.at]
}

func (s *scanner) skip(n int) {
	end := min(s.at+n, len(s.src))
	s.line += strings.Count(s.src[s.at:end], "\n")
	s.at = end
}

func (s *scanner) space() {
	for c := s.peek(); c == ' ' || c == '\t'; c = s.peek() {
		s.at++
	}
}

// blank skips white space, line ends and comments.
func (s *scanner) blank() {
	for s.at < len(s.src) {
		switch s.src[s.at] {
		case ' ', '\t', '\r', '\n':
			s.skip(1)
		case '#':
			s.comment()
		default:
			return
		}
	}
}

func (s *scanner) comment() {
	for s.at < len(s.src) && s.src[s.at] != '\n' {
		s.at++
	}
}

// quoted steps over a text of one of TOML's four forms and gives it as written.
func (s *scanner) quoted() string {
	start, mark := s.at, s.src[s.at:s.at+1]
	if triple := strings.Repeat(mark, 3); strings.HasPrefix(s.src[s.at:], triple) {
		mark = triple
	}
	s.skip(len(mark))
	for s.at < len(s.src) && !strings.HasPrefix(s.src[s.at:], mark) {
		if s.src[s.at] == '\\' && mark[0] == '"' {
			s.skip(1)
		}
		s.skip(1)
	}
	s.skip(len(mark))
	for n := 0; len(mark) == 3 && n < 2 && s.peek() == mark[0]; n++ { // up to two more quotes belong to the text
		s.skip(1)
	}
	return s.src[start:s.at]
}
