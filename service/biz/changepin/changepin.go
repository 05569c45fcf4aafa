// Package changepin is business 2002 修改 PIN: the customer knows the old PIN and sets another.
package changepin

import (
	"bytes"
	"context"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
)

// Definition of 2002.
func Definition() flow.Definition {
	return flow.Definition{
		Kind: service.KindChangePIN, Title: service.T("修改 PIN", "Change PIN"), Initials: "xg", Permission: service.MayServe,
		Help: service.T(
			"客户记得原 PIN 时使用；忘记或锁死请办 2001 解锁。每输错一次原 PIN 剩余次数减一，画面会显示还剩几次。",
			"For a customer who knows the old PIN; otherwise use 2001. Each wrong old PIN costs a try; the screen says how many are left."),
		CustomerTypes: []service.CustomerType{service.Organisation, service.StaffOf, service.Individual},
		Stages:        []service.Stage{service.StageIdentity, service.StageMake, service.StageHandover},
		Script:        "2002_change_pin.txtar",
		Steps: []flow.Step{
			steps.PinToken(service.StageIdentity, service.T("请插入客户的介质。", "Insert the customer's token.")), steps.Look(),
			steps.Unrecognised(steps.CustomerType()), steps.Unrecognised(steps.Number()), steps.Unrecognised(steps.Details()),
			steps.Identify(), change(),
			steps.Paper("sheet", service.StageHandover, service.T("打印交付单", "Print the hand-over sheet"), steps.HandoverPaper("修改 PIN")),
			steps.Handover(),
		},
	}
}

func change() flow.Step {
	return flow.Step{
		Name: "pin", Stage: service.StageMake, Title: service.T("客户修改 PIN", "The customer changes the PIN"), KeepIn: true,
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			p := steps.NewPIN(steps.Rule(f))
			old := flow.SecretField{Name: "old", Label: service.T("原 PIN", "Old PIN"), Rule: service.PINRule{Min: 1, Max: 64}}
			p.Secrets = append([]flow.SecretField{old}, p.Secrets...)
			p.Primary = service.T("修改 PIN", "Change the PIN")
			return p, nil
		},
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			if bytes.Equal(a.Secrets["old"], a.Secrets["new"]) {
				return flow.Next, service.E(service.PINSame, "changepin", nil, nil)
			}
			return flow.Next, steps.CheckPIN(a.Secrets["new"], steps.Rule(f))
		},
		Do: changePIN,
	}
}

func changePIN(ctx context.Context, j *flow.Job) error {
	s, err := j.Token(ctx)
	if err != nil {
		return err
	}
	if err := set(ctx, j, s); err != nil {
		return err
	}
	if err := s.Login(ctx, j.Secrets["new"]); err != nil {
		return err
	}
	j.Say("PIN 已修改", "PIN changed")
	return steps.ProveSigning(ctx, j, s, j.Out["container"])
}

// set changes the PIN. After a try that nobody knows the end of, the PIN may be the new one already: that is looked at first, where
// a wrong guess leaves tries enough.
func set(ctx context.Context, j *flow.Job, s service.TokenSession) error {
	if j.Again {
		info, err := s.Info(ctx)
		if err != nil {
			return err
		}
		if info.User.Known && info.User.Left > 2 && s.Login(ctx, j.Secrets["new"]) == nil {
			return nil
		}
	}
	return s.ChangePIN(ctx, j.Secrets["old"], j.Secrets["new"])
}
