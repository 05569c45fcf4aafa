package biz_test

import (
	"testing"

	"certdesk/service"
	"certdesk/service/flow/flowtest"
)

// TestCentreInTrouble: each way to fail is an error of its own, as often as one tries; when the centre is back the same case ends.
func TestCentreInTrouble(t *testing.T) {
	for _, code := range []service.Code{service.CAUnreachable, service.CASlow, service.CAGarbage, service.CAUntrusted, service.CARefused} {
		for op, want := range map[string]service.Status{"Ticket": service.Failed, "Issue": service.Failed, "Confirm": service.Unfinished} {
			t.Run(op+" "+string(code), func(t *testing.T) {
				t.Parallel()
				v := at(t, flowtest.Org(1), "work")
				v.Line.Set(flowtest.Always(op, code))
				for range 3 {
					v.Wants(v.Work(), code)
					v.Status(want)
					if s := v.Screen(); s.Work == nil || s.CanCancel != (want == service.Failed) {
						t.Errorf("work %v, cancel %v", s.Work != nil, s.CanCancel)
					}
				}
				v.Line.Set(nil)
				v.To("closed")
				v.Proof()
			})
		}
	}
}

// TestUnlockWithoutCentre: the ticket of a token that was issued here lies here; another's needs the centre.
func TestUnlockWithoutCentre(t *testing.T) {
	h := flowtest.New(t)
	c := flowtest.Org(1)
	h.Lay(c.Token)
	h.Begin(service.KindIssue, c).To("closed")
	h.Line.Set(flowtest.Always("Ticket", service.CAUnreachable))
	c.PIN = "k4PnTq88"
	h.Begin(service.KindUnlock, c).To("closed")
	s := h.Sister("0777")
	s.Drawer = h.Drawer
	s.Restart()
	s.Line.Set(flowtest.Always("Ticket", service.CAUnreachable))
	v := s.Begin(service.KindUnlock, c)
	v.To("review")
	v.Must(v.Say(nil))
	v.Wants(v.Work(), service.CAUnreachable)
	v.Status(service.Failed)
	s.Line.Set(nil)
	v.To("closed")
}
