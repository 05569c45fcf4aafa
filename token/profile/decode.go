package profile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decode fills p from the tree. It stands in for the library's own decoding, which stops at the first wrong type and cannot say where.
func (r *reader) decode(p *Profile) { r.table("", r.tree, reflect.ValueOf(p).Elem()) }

func (r *reader) table(path string, t map[string]any, to reflect.Value) {
	fields := map[string]int{}
	for i := range to.NumField() {
		fields[to.Type().Field(i).Tag.Get("toml")] = i
	}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if i, known := fields[name]; known {
			r.into(path+name, t[name], to.Field(i))
		} else {
			r.add(path+name, "", unknownKey, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
	}
}

func (r *reader) into(key string, v any, to reflect.Value) {
	switch to.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		r.into(key, v, to.Elem())
	case reflect.Struct:
		if t, ok := v.(map[string]any); ok {
			r.table(key+".", t, to)
			return
		}
		r.wrong(key, v, "a table")
	case reflect.Map:
		r.lists(key, v, to)
	case reflect.Slice:
		r.list(key, v, to)
	default:
		r.scalar(key, v, to)
	}
}

// lists is [library]: any name, each with a list.
func (r *reader) lists(key string, v any, to reflect.Value) {
	t, ok := v.(map[string]any)
	if !ok {
		r.wrong(key, v, "a table")
		return
	}
	to.Set(reflect.MakeMap(to.Type()))
	for _, name := range slices.Sorted(maps.Keys(t)) {
		list := reflect.New(to.Type().Elem()).Elem()
		r.list(key+"."+name, t[name], list)
		to.SetMapIndex(reflect.ValueOf(name), list)
	}
}

func (r *reader) list(key string, v any, to reflect.Value) {
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		r.wrong(key, v, "a list of texts")
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), list.Len(), list.Len()))
	for i := range list.Len() {
		text, ok := list.Index(i).Interface().(string)
		if !ok {
			r.wrong(key, list.Index(i).Interface(), "a list of texts")
			return
		}
		to.Index(i).SetString(text)
	}
}

// maxNumber is the largest number of 32 bits: CK_ULONG may be that small.
const maxNumber = 1<<32 - 1

func (r *reader) scalar(key string, v any, to reflect.Value) {
	got := reflect.ValueOf(v)
	switch want := to.Kind(); {
	case want == reflect.String && got.Kind() == reflect.String:
		to.SetString(got.String())
	case want == reflect.Bool && got.Kind() == reflect.Bool:
		to.SetBool(got.Bool())
	case (want == reflect.Int || want == reflect.Uint) && got.Kind() == reflect.Int64:
		r.number(key, got.Int(), to)
	case want == reflect.String:
		r.wrong(key, v, "a text in quotes")
	case want == reflect.Bool:
		r.wrong(key, v, "true, false")
	default:
		r.wrong(key, v, "a whole number")
	}
}

// number refuses here what does not fit the field, also where int has 32 bits; what a field allows is checked later.
func (r *reader) number(key string, n int64, to reflect.Value) {
	switch {
	case n < 0 || n > maxNumber || to.Kind() == reflect.Int && to.OverflowInt(n):
		r.add(key, strconv.FormatInt(n, 10), notAllowed, "0 to 4294967295 (0xFFFFFFFF)")
	case to.Kind() == reflect.Uint:
		to.SetUint(uint64(n))
	default:
		to.SetInt(n)
	}
}

func (r *reader) wrong(key string, v any, allowed string) {
	r.add(key, fmt.Sprintf("%v", v), wrongType, allowed)
}
