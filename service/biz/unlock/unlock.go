// Package unlock is business 2001 解锁: the customer forgot the PIN or used up its tries; the SO PIN sets the one that the customer
// types. Keys and certificates are untouched, and no default PIN is ever set.
package unlock

import (
	"context"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
)

// Definition of 2001.
func Definition() flow.Definition {
	return flow.Definition{
		Kind: service.KindUnlock, Title: service.T("解锁", "Unlock"), Initials: "js", Permission: service.MayServe,
		Help: service.T(
			"插入客户的介质，核对身份与材料，由客户本人设置新 PIN。证书和密钥不变。管理 PIN 由中心派生，受理点不显示，用过即换；联不上中心时下次再换。",
			"Insert the customer's token, check identity and papers; the customer sets a new PIN. Keys and certificates stay. "+
				"The SO PIN is derived by the centre, never shown, and changed after use; without the centre, next time."),
		CustomerTypes: []service.CustomerType{service.Organisation, service.StaffOf, service.Individual},
		Stages: []service.Stage{service.StageIdentity, service.StageIntake, service.StageFee, service.StageReview,
			service.StageMake, service.StageHandover},
		Receipt: true, Script: "2001_unlock.txtar", Steps: allSteps(),
	}
}

func allSteps() []flow.Step {
	return []flow.Step{
		steps.PinToken(service.StageIdentity, service.T("请插入客户要解锁的介质。", "Insert the customer's locked token.")), steps.LookSO(),
		steps.Unrecognised(steps.CustomerType()), steps.Unrecognised(steps.Number()), steps.Unrecognised(steps.Details()),
		steps.Identify(), steps.DeadOnSight(), steps.Materials(steps.ServiceMaterials), steps.Price(),
		steps.Paper("form", service.StageIntake, service.T("打印申请表", "Print the form"), steps.FormPaper("证书解锁", steps.ServiceMaterials), steps.FormCopies()...),
		steps.Signed(), steps.Reprice(), steps.Untender(), steps.Tender(), steps.Settle(), steps.ReviewIf(needsReview), steps.FetchTicket(),
		steps.Dead(), steps.DecideSO(), setPIN(), steps.PrepareSO(), steps.DecideChange(), steps.ChangeSO(),
		steps.Paper("sheet", service.StageHandover, service.T("打印交付单", "Print the hand-over sheet"), steps.HandoverPaper("证书解锁")),
		steps.Handover(),
	}
}

// needsReview is the project's choice; a token that this counter did not issue, or whose holder did not come himself, always has a
// second look.
func needsReview(f *flow.Facts) bool {
	if steps.ByAgent(f) {
		return true
	}
	p, err := f.Catalog.Project(f.Case.Project)
	return err != nil || p.Service(f.Case.Kind).Review
}

func setPIN() flow.Step {
	return flow.Step{
		Name: "pin", Stage: service.StageMake, Title: service.T("客户设置新 PIN", "The customer sets a new PIN"), KeepIn: true,
		Ask: func(f *flow.Facts) (flow.Prompt, error) { return steps.NewPIN(steps.Rule(f)), nil },
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			steps.SpendTry(f)
			return flow.Next, steps.CheckPIN(a.Secrets["new"], steps.Rule(f))
		},
		Do: unblock,
	}
}

func unblock(ctx context.Context, j *flow.Job) error {
	s, err := j.Token(ctx)
	if err != nil {
		return err
	}
	if err := steps.Unblock(ctx, j, s); err != nil {
		return err
	}
	j.Say("已解锁，新 PIN 由客户本人设置", "unlocked; the customer set the PIN")
	return steps.ProveSigning(ctx, j, s, j.Out["container"])
}
