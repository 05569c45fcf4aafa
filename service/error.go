package service

import (
	"errors"
	"sort"
	"strings"
)

// Code names one thing that can go wrong. Every code has a title, a cause and a next step in both languages (tui/text).
type Code string

// Args are the values that a code's texts name, such as {"tries": "3"}. They hold no PIN, key or password.
type Args map[string]string

// Error is the only error a layer hands upward on purpose: adapters translate driver codes into it once, nobody rewords it.
type Error struct {
	Code Code   // what happened
	Op   string // where, for the log: "softkey.Login"
	Args Args   // values for the texts
	Err  error  // the cause, for the log only
}

// E builds an Error. args and err may be nil.
func E(code Code, op string, args Args, err error) *Error {
	return &Error{Code: code, Op: op, Args: args, Err: err}
}

// Error is English and internal: it goes to the log, never to the clerk.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	b.WriteString(string(e.Code))
	for _, k := range e.Args.keys() {
		b.WriteString(" " + k + "=" + e.Args[k])
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Code: c}) true for any Error of that code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Op == "" && t.Err == nil
}

func (a Args) keys() []string {
	ks := make([]string, 0, len(a))
	for k := range a {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

// CodeOf returns the code of the outermost Error in err's chain, "" for nil and Internal for anything uncoded.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// ArgsOf returns the arguments of the outermost Error in err's chain, nil where there is none.
func ArgsOf(err error) Args {
	var e *Error
	if errors.As(err, &e) {
		return e.Args
	}
	return nil
}

// IsCode reports whether err carries one of codes.
func IsCode(err error, codes ...Code) bool {
	got := CodeOf(err)
	for _, c := range codes {
		if got == c {
			return true
		}
	}
	return false
}
