package service_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"certdesk/service"
)

// Every status leads somewhere or is closed, nothing leaves a closed one, and making starts from an approval only (DESIGN 4).
func TestStatuses(t *testing.T) {
	for _, s := range service.Statuses() {
		out := 0
		for _, n := range service.Statuses() {
			if n != s && s.CanBecome(n) {
				out++
			}
		}
		if (out == 0) != s.Closed() {
			t.Errorf("%s leads to %d statuses, closed %v", s, out, s.Closed())
		}
		if s.Title().ZH == "" || s.Title().EN == "" {
			t.Errorf("%s has no title", s)
		}
	}
	from := map[service.Status]bool{service.Approved: true, service.Unfinished: true, service.Failed: true, service.Making: true}
	for _, s := range service.Statuses() {
		if s.CanBecome(service.Making) != from[s] {
			t.Errorf("%s to making: %v", s, s.CanBecome(service.Making))
		}
	}
}

func TestRoles(t *testing.T) {
	for role, may := range map[service.Role][]service.Permission{
		service.RoleClerk: {service.MayServe, service.MayMake}, service.RoleReviewer: {service.MayReview, service.MayServe},
		service.RoleMaker: {service.MayMake}, "": nil,
		service.RoleSupervisor: {service.MayServe, service.MayReview, service.MayMake, service.MayOverride, service.MayViewAll},
	} {
		want := map[service.Permission]bool{}
		for _, p := range may {
			want[p] = true
		}
		for _, p := range []service.Permission{service.MayServe, service.MayReview, service.MayMake, service.MayOverride, service.MayViewAll} {
			if role.May(p) != want[p] {
				t.Errorf("%s may %s: %v", role, p, role.May(p))
			}
		}
	}
}

func TestErrorKeepsCodeAndCause(t *testing.T) {
	cause := errors.New("driver")
	err := fmt.Errorf("wrapped: %w", service.E(service.PINWrong, "token.Login", service.Args{"left": "3"}, cause))
	if service.CodeOf(err) != service.PINWrong || service.ArgsOf(err)["left"] != "3" || !errors.Is(err, cause) {
		t.Errorf("%v", err)
	}
	if !errors.Is(err, &service.Error{Code: service.PINWrong}) || errors.Is(err, &service.Error{Code: service.PINLocked}) {
		t.Error("errors.Is does not tell codes apart")
	}
	if service.CodeOf(nil) != "" || service.CodeOf(cause) != service.Internal || service.ArgsOf(cause) != nil {
		t.Error("uncoded errors")
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"": "", "1234567": "*******", "13800138000": "138****8000", "孙𠅤": "**", "11010519491231002X": "110****002X"} {
		if got := service.Mask(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// The day turns at midnight of the counter, not of UTC.
func TestLocalDay(t *testing.T) {
	at := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	if service.Day(at) != "261121" || service.Day(at.Add(-time.Second)) != "261120" || !service.Midnight(at.Add(5*time.Hour)).Equal(at) {
		t.Errorf("%s %s", service.Day(at), service.Midnight(at))
	}
}
