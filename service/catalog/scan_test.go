package catalog

import (
	"reflect"
	"testing"

	"github.com/BurntSushi/toml"
)

const knotty = `# [not] a table
"a b" = 'C:\' # "
'q"' = "\"]"
c.d."e" = [ 1, # ]
  [2, '''
x]'''], { f = """ "\""""" , g = "=" } ]
[h.i]
when = 1979-05-27 07:32:00
[h]
j = 0x1F
[[k]]
[[k.l]]
[k.l.m]
n = { o = { p = 1 } }
[[k.l]]
[[k]]
l = { q = [
  "r" ] }
"\u0073" = 3
`

func TestLocate(t *testing.T) {
	found := locate(knotty)
	for _, want := range []struct {
		path []string
		line int
	}{
		{[]string{"a b"}, 2}, {[]string{`q"`}, 3}, {[]string{"c"}, 4}, {[]string{"c", "d", "e", "0"}, 4},
		{[]string{"c", "d", "e", "1", "1"}, 5}, {[]string{"c", "d", "e", "2", "g"}, 6}, {[]string{"h"}, 9},
		{[]string{"h", "i", "when"}, 8}, {[]string{"h", "j"}, 10}, {[]string{"k", "0"}, 11}, {[]string{"k", "0", "l", "0"}, 12},
		{[]string{"k", "0", "l", "0", "m", "n", "o", "p"}, 14}, {[]string{"k", "0", "l", "1"}, 15}, {[]string{"k", "1"}, 16},
		{[]string{"k", "1", "l", "q", "0"}, 18}, {[]string{"k", "1", "s"}, 19}, {[]string{"k", "1", "s", "absent", "key"}, 19},
		{[]string{"absent"}, 1},
	} {
		path := root
		for _, key := range want.path {
			path = under(path, key)
		}
		if got := found.line(path); got != want.line {
			t.Errorf("%v: line %d, want %d", want.path, got, want.line)
		}
	}
}

// lost names a path of the tree that the scanner has not found.
func lost(found places, path string, v any) string {
	if _, ok := found[path]; !ok && path != root {
		return path
	}
	if t, ok := v.(map[string]any); ok {
		for k, member := range t {
			if p := lost(found, under(path, k), member); p != "" {
				return p
			}
		}
		return ""
	}
	if list := reflect.ValueOf(v); list.Kind() == reflect.Slice {
		for i := range list.Len() {
			if p := lost(found, element(path, i), list.Index(i).Interface()); p != "" {
				return p
			}
		}
	}
	return ""
}

// The scanner must find its way through whatever the library accepts.
func FuzzLocate(f *testing.F) {
	f.Add(knotty)
	f.Add("a = \"\"\"\\\"\"\"\"\"\"\nb=1")
	f.Add("[a]\nb=[}") // rejected, and once no way out
	f.Add("[ a . 'b' ]\nc.d=[{e=1},\n{e=2,},]")
	f.Fuzz(func(t *testing.T, text string) {
		var tree map[string]any
		if _, err := toml.Decode(text, &tree); err != nil {
			locate(text) // must end all the same
			return
		}
		if p := lost(locate(text), root, tree); p != "" {
			t.Errorf("%q: not found %q", text, p)
		}
	})
}
