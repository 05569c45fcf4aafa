package steps

import (
	"context"
	"strconv"

	"certdesk/service"
	"certdesk/service/flow"
)

// Outputs of the two steps of a change.
const (
	soFrom = "so.from"
	soTo   = "so.to"
	soNow  = "so.now"  // the generation that is in force after it
	soLeft = "so.left" // field: a supervisor left the change open
)

// PrepareSO is the step that begins the change of an SO PIN that was used: the next generation lies sealed here, and the change is on
// record, before the token is touched. Without the centre it is put off until the token comes next.
func PrepareSO() flow.Step {
	return flow.Step{
		Name: "so-next", Stage: service.StageHandover, Title: service.T("准备新的管理 PIN", "Prepare the next SO PIN"),
		Permission: service.MayMake, Do: prepareSO,
	}
}

func prepareSO(ctx context.Context, j *flow.Job) error {
	st, err := standingOf(ctx, j)
	if err != nil {
		return err
	}
	if j.Desk.FixedSO || !st.due {
		j.Say("不更换", "not changed")
		return nil
	}
	next := st.force + 1
	pin, err := soOf(ctx, j, next)
	clear(pin)
	if service.IsCode(err, noTicket...) {
		j.Say("中心不可达，下次办理时更换管理 PIN", "no ticket from the centre; changed when the token comes next")
		return nil
	}
	if err != nil {
		return err
	}
	standing{force: st.force, next: next}.keep(j)
	j.Put(soFrom, strconv.Itoa(st.force))
	j.Put(soTo, strconv.Itoa(next))
	j.Say("已密封保存", "sealed here")
	return nil
}

// noTicket codes put a change off: the customer does not wait for the centre.
var noTicket = []service.Code{
	service.CAUnreachable, service.CASlow, service.CAGarbage, service.CARefused, service.CAUntrusted, service.CAMismatch, service.CAClock,
	service.NotJoined, service.StationUnknown, service.SOPINUnknown,
}

// ChangeSO is the step that changes the SO PIN, the last act on the token. Cut off, it asks the token: the new generation, then the
// old, only while tries are known to be left. A token that is gone keeps the change open, and the case goes on: the next one that
// needs the SO PIN finds out.
func ChangeSO() flow.Step {
	return flow.Step{
		Name: "so-change", Stage: service.StageHandover, Title: service.T("更换管理 PIN", "Change the SO PIN"), KeepIn: true,
		Permission: service.MayMake, When: func(f *flow.Facts) bool { return f.Out[soTo] != "" },
		Do: func(ctx context.Context, j *flow.Job) error { return changeSO(ctx, j, false) },
		Reconcile: func(ctx context.Context, j *flow.Job) (flow.Outcome, error) {
			return flow.Happened, changeSO(ctx, j, true)
		},
		Commit: tellSO,
	}
}

// tellSO lets the centre know which generation is in force. A token of which it never heard has the first.
func tellSO(tx *service.Tx, f *flow.Facts) error {
	now, ok := generation(f.Out[soNow])
	if !ok {
		return nil
	}
	if err := tx.Audit.Append("sopin.change", f.Case.Token, strconv.Itoa(now)); err != nil {
		return err
	}
	return Tell(tx, "so-pin", struct {
		Token      string `json:"token"`
		Generation int    `json:"generation"`
	}{f.Case.Token, now})
}

// changeSO changes the SO PIN; again is true where an earlier try may have done it.
func changeSO(ctx context.Context, j *flow.Job, again bool) error {
	st, err := standingOf(ctx, j)
	if err != nil {
		return err
	}
	if st.next == 0 { // a supervisor found it out
		changed(j, st.force)
		return nil
	}
	if j.Get(soLeft) != "" {
		j.Say("未确认，下次办理时查明", "not known; found out when the token comes next")
		return nil
	}
	s, err := j.Token(ctx)
	if service.IsCode(err, service.TokenAbsent) {
		j.Say("介质已取走，下次办理时更换", "the token is gone; changed when it comes next")
		if !again && j.Stopped["so-change"] == "" {
			standing{force: st.force, due: true}.keep(j)
		}
		return nil
	}
	if err != nil {
		return err
	}
	u := use{step: "so-change", order: []int{st.force}}
	if again {
		u.order, u.guess = st.order(), true
	}
	return setSO(ctx, j, s, st, u)
}

// setSO sets the generation that the change goes to. Set to what it is already, it is proved.
func setSO(ctx context.Context, j *flow.Job, s service.TokenSession, st standing, u use) error {
	next, err := soOf(ctx, j, st.next)
	if err != nil {
		return err
	}
	defer clear(next)
	_, err = u.run(ctx, j, s, func(_ int, so []byte) error { return s.ChangeSOPIN(ctx, so, next) })
	if service.IsCode(err, service.TokenUnsupported) {
		standing{force: st.force}.keep(j)
		j.Say("型号不支持更换", "the model cannot change it")
		return nil
	}
	if service.IsCode(err, service.PINSame) { // the device compares before it proves, or after: nobody knows
		return service.E(service.MustDecide, "steps.setSO", service.Args{"step": u.step}, err)
	}
	if err == nil {
		standing{force: st.next}.keep(j)
		changed(j, st.next)
	}
	return err
}

func changed(j *flow.Job, g int) {
	j.Put(soNow, strconv.Itoa(g))
	j.Say("已更换，旧管理 PIN 失效", "changed; the old one is void")
}
