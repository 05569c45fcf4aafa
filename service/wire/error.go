package wire

import (
	"net/http"
	"regexp"
	"unicode/utf8"

	"certdesk/service"
)

// Error is how the centre says no: a code and the values its texts name. Internals stay at the centre.
type Error struct {
	Code service.Code `json:"code"`
	Args service.Args `json:"args,omitempty"`
}

const (
	maxArgs     = 8
	maxArgName  = 24
	maxArgValue = 200 // bytes
)

// FromError keeps code and args of err and drops its cause. What carries no code becomes service.Internal.
func FromError(err error) Error {
	e := Error{Code: service.CodeOf(err)}
	for name, value := range service.ArgsOf(err) {
		if e.Args == nil {
			e.Args = service.Args{}
		}
		if len(e.Args) < maxArgs && len(name) <= maxArgName {
			e.Args[name] = clip(value)
		}
	}
	return e
}

// clip shortens s to maxArgValue bytes without cutting a character, and drops what is no valid text.
func clip(s string) string {
	out := make([]byte, 0, min(len(s), maxArgValue))
	for _, r := range s {
		if r < ' ' || r == utf8.RuneError {
			continue
		}
		if len(out)+utf8.RuneLen(r) > maxArgValue {
			break
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// Check refuses an error that the station could not show.
func (e *Error) Check() error {
	if !codeForm.MatchString(string(e.Code)) || len(e.Args) > maxArgs {
		return invalid("code", nil)
	}
	for name, value := range e.Args {
		if len(name) > maxArgName || value != clip(value) {
			return invalid("args", nil)
		}
	}
	return nil
}

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`)

// answers are the codes of the centre that mean the same at the station. Any other would speak of the centre's own state
// (its disk, its program) as if it were the station's.
var answers = map[service.Code]bool{
	service.CARefused: true, service.CAConflict: true, service.StationUnknown: true, service.NotFound: true,
	service.NotPermitted: true, service.JoinBad: true, service.JoinExpired: true, service.JoinUsed: true,
	service.ProfileForbid: true, service.CAClock: true, service.EventGap: true, service.AuditBroken: true, service.EventFork: true,
}

// Service turns the centre's answer into the station's error. A centre that is busy or in trouble itself is service.CASlow: whether
// it did what was asked is open, and the station asks again. Another code that is not an answer is service.CARefused with the code
// as reason.
func (e Error) Service(op string) *service.Error {
	switch {
	case answers[e.Code]:
		return service.E(e.Code, op, e.Args, nil)
	case e.Status() >= http.StatusInternalServerError:
		return service.E(service.CASlow, op, service.Args{"reason": string(e.Code)}, nil)
	}
	return service.E(service.CARefused, op, service.Args{"reason": string(e.Code)}, nil)
}

var statuses = map[service.Code]int{
	service.InputInvalid: http.StatusBadRequest, service.InputRequired: http.StatusBadRequest,
	service.InputTooLong: http.StatusRequestEntityTooLarge, service.InputChoice: http.StatusBadRequest,
	service.StationUnknown: http.StatusForbidden, service.NotPermitted: http.StatusForbidden,
	service.JoinBad: http.StatusForbidden, service.JoinExpired: http.StatusForbidden, service.JoinUsed: http.StatusForbidden,
	service.NotFound: http.StatusNotFound, service.CAConflict: http.StatusConflict, service.CARefused: http.StatusForbidden,
	service.EventGap: http.StatusConflict, service.EventFork: http.StatusConflict, service.AuditBroken: http.StatusForbidden,
	service.ProfileForbid: http.StatusForbidden, service.CAClock: http.StatusForbidden, service.StoreBusy: http.StatusServiceUnavailable,
}

// Status is the HTTP status that goes with the error; 500 where the fault is the centre's.
func (e Error) Status() int {
	if s, ok := statuses[e.Code]; ok {
		return s
	}
	return http.StatusInternalServerError
}
