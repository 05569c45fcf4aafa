package catalog

import (
	"reflect"
	"sort"
	"strings"

	"certdesk/service"
)

// decode fills c from the tree. It stands in for the library's own decoding, which stops at the first wrong type, cannot say
// where, and overlooks a misspelt key in the second element of a list where the first spells it right.
func (f *faults) decode(tree map[string]any, c *Catalog) {
	f.table(root, tree, reflect.ValueOf(c).Elem())
}

func (f *faults) into(path, key string, v any, to reflect.Value) {
	if to.Type() == reflect.TypeFor[service.Money]() {
		f.money(path, key, v, to)
		return
	}
	switch to.Kind() {
	case reflect.Struct:
		if t, ok := v.(map[string]any); ok {
			f.table(path, t, to)
			return
		}
		f.odd[path] = true
		f.add(path, notTable, key)
	case reflect.Slice:
		f.slice(path, key, v, to)
	default:
		f.scalar(path, key, v, to)
	}
}

func (f *faults) table(path string, t map[string]any, to reflect.Value) {
	fields := fieldsOf(to.Type())
	for _, key := range sortedKeys(t) {
		i, known := fields[key]
		if !known {
			f.odd[path] = true
			f.add(under(path, key), unknownKey, key)
			continue
		}
		f.into(under(path, key), key, t[key], to.Field(i))
	}
}

func fieldsOf(t reflect.Type) map[string]int {
	fields := map[string]int{}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("toml"); name != "-" {
			fields[name] = i
		}
	}
	return fields
}

func sortedKeys(t map[string]any) []string {
	keys := make([]string, 0, len(t))
	for k := range t {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func (f *faults) slice(path, key string, v any, to reflect.Value) {
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		f.add(path, notList, key)
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), list.Len(), list.Len()))
	for i := range list.Len() {
		f.into(element(path, i), key, list.Index(i).Interface(), to.Index(i))
	}
}

func (f *faults) scalar(path, key string, v any, to reflect.Value) {
	got := reflect.ValueOf(v)
	switch want := to.Kind(); {
	case want == reflect.String && got.Kind() == reflect.String:
		to.SetString(strings.ReplaceAll(got.String(), "\r\n", "\n")) // an editor's line ends are none of the wording
	case want == reflect.Int && got.Kind() == reflect.Int64:
		to.SetInt(got.Int())
	case want == reflect.Bool && got.Kind() == reflect.Bool:
		to.SetBool(got.Bool())
	case want == reflect.Int:
		f.add(path, notNumber, key)
	case want == reflect.Bool:
		f.add(path, notFlag, key)
	default:
		f.add(path, notText, key)
	}
}

// money takes yuan in quotes only: a bare number would leave open whether it counts yuan or fen.
func (f *faults) money(path, key string, v any, to reflect.Value) {
	s, ok := v.(string)
	if !ok {
		f.add(path, notMoney, key)
		return
	}
	m, err := service.ParseMoney(s)
	switch {
	case service.IsCode(err, service.FeeNegative):
		f.add(path, negative, strings.TrimSpace(s))
	case err != nil:
		f.add(path, notMoney, s)
	default:
		to.SetInt(int64(m))
	}
}
