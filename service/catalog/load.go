package catalog

import (
	"encoding/hex"
	"errors"
	"strings"

	"github.com/BurntSushi/toml"

	"certdesk/service/sm"
)

const maxFile = 1 << 20

// Load reads a catalog file. The error is the first that Check finds.
func Load(data []byte) (*Catalog, error) {
	c, errs := read(data)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	sum := sm.Sum(data)
	c.Version = hex.EncodeToString(sum[:])
	return c, nil
}

// Check tells everything wrong with a catalog file, in the order of its lines; nil means that Load takes it. Every error is
// CatalogBad with args line (from 1), reason (English, for a log or a developer), rule (one of Rules) and value (what the rule
// is about, may be empty). A text that is no TOML gives one error with the rule "syntax".
func Check(data []byte) []error {
	_, errs := read(data)
	return errs
}

func read(data []byte) (*Catalog, []error) {
	if len(data) > maxFile {
		return nil, []error{fault{line: 1, rule: tooLarge}.err()}
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	var tree map[string]any
	if _, err := toml.Decode(text, &tree); err != nil {
		return nil, []error{syntax(text, err).err()}
	}
	f := &faults{places: locate(text), seen: map[string]bool{}, odd: map[string]bool{}}
	c := &Catalog{}
	f.decode(tree, c)
	f.catalog(c)
	return c, f.errors()
}

// syntax counts the line from the offset: the library's own count is one too high where an unexpected line end is the fault.
func syntax(text string, err error) fault {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return fault{line: 1, rule: badSyntax, value: "not TOML"}
	}
	before := text[:max(0, min(parse.Position.Start, len(text)))]
	return fault{line: 1 + strings.Count(before, "\n"), rule: badSyntax, value: parse.Message}
}
