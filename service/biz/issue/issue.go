// Package issue is business 1001 初次办理: a fresh token with an SM2 dual pair, or a single certificate where the product's key is not SM2,
// for an organisation, a person in an organisation or a natural person.
package issue

import (
	"encoding/json"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
	"certdesk/service/idcheck"
)

// Definition of 1001.
func Definition() flow.Definition {
	return flow.Definition{
		Kind: service.KindIssue, Title: service.T("初次办理", "New certificate"), Initials: "ccbl", Permission: service.MayServe,
		Help: service.T(
			"核验身份、选项目与产品、核对材料、收费，由第二人审核后写入介质。客户在制证前核对证书内容，在最后自行设置 PIN。任何一步中断都可以从“业务查询”继续。",
			"Check identity, choose project and product, inspect the papers, take the fee, have a second person approve, write the token. "+
				"The customer confirms the certificate before making and sets the PIN at the end. Any interruption can be resumed from the case list."),
		CustomerTypes: []service.CustomerType{service.Organisation, service.StaffOf, service.Individual},
		Stages: []service.Stage{service.StageIdentity, service.StageIntake, service.StageFee, service.StageReview,
			service.StageMake, service.StageHandover},
		Charged: true, Receipt: true, Replaceable: true, Script: "1001_issue.txtar", Steps: allSteps(),
	}
}

func allSteps() []flow.Step {
	form := steps.FormPaper("证书初次办理", steps.ProductMaterials)
	intake := []flow.Step{
		steps.CustomerType(), steps.Number(), steps.Details(), steps.History(),
		steps.Project(), steps.Product(), steps.Years(), steps.Extras(), steps.Materials(steps.ProductMaterials), steps.Agreement(),
		steps.Price(), steps.Paper("form", service.StageIntake, service.T("打印申请表", "Print the form"), form, steps.FormCopies()...), steps.Signed(),
	}
	desk := []flow.Step{steps.Review(true), steps.Reprice(), steps.Untender(), steps.Tender(), steps.Settle(), steps.Review(false)}
	end := []flow.Step{
		steps.Paper("sheet", service.StageHandover, service.T("打印交付单", "Print the hand-over sheet"), steps.HandoverPaper("证书初次办理")),
		steps.Handover(),
	}
	return append(append(append(intake, desk...), making()...), end...)
}

func making() []flow.Step {
	return []flow.Step{
		confirmFields(),
		steps.PinToken(service.StageMake, service.T("取一枚空白介质插入。", "Take a blank token from the drawer and insert it.")),
		steps.CheckBlank(needed), steps.FetchTicket(),
		initialise(), generate(), request(), acknowledge(), importKey(), writeCertificates(), verify(),
		setPIN(), report(),
	}
}

// needed is the room on a token, in bytes: for a dual pair two certificates, two keys, and the card's own bookkeeping; half of it for a
// single certificate.
func needed(alg service.KeyAlg) int64 {
	if alg.Single() {
		return 8 << 10
	}
	return 16 << 10
}

// Subject is what the certificate will say of the customer, in the fields that the centre's profile arranges.
func Subject(f *flow.Facts) service.SubjectFields {
	s := service.SubjectFields{CommonName: f.Customer.Name, Province: f.Catalog.Province.Province, City: f.Catalog.Province.City}
	switch f.Case.CustomerType {
	case service.Organisation:
		s.Organisation, s.CreditCode = f.Customer.Name, f.Customer.Number
	case service.StaffOf:
		s.CommonName, s.Organisation, s.CreditCode = f.Case.Holder.Name, f.Customer.Name, f.Customer.Number
		identify(&s, f.Case.Holder.IDType, f.Case.Holder.Number)
	default:
		identify(&s, f.Customer.IDType, f.Customer.Number)
	}
	return s
}

// identify puts a person's number where the profiles have room for it (GM/T 0015, IdentityCode): what is no resident's number, such
// as a travel permit, takes the passport's place.
func identify(s *service.SubjectFields, idType, number string) {
	if idType == string(idcheck.ID) {
		s.IDNumber = number
		return
	}
	s.Passport = number
}

const subjectField = "subject"

// confirmFields shows the customer what the certificate will say, before it is made. Exactly that is asked for: the customer's record
// may change meanwhile, by another case.
func confirmFields() flow.Step {
	return flow.Step{
		Name: "confirm", Stage: service.StageMake, Title: service.T("客户核对证书内容", "The customer checks the certificate"), Reopen: true,
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			return flow.Prompt{Type: flow.PromptConfirm, Facts: certificateFacts(f), Primary: service.T("客户确认无误", "The customer confirms"),
				Refuse: service.T("有误，退回更正", "Wrong; send back"), Note: service.T("请把屏幕转向客户，逐项核对。", "Turn the screen to the customer; check line by line.")}, nil
		},
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			if a.Refused {
				return flow.SendBack, nil
			}
			b, err := json.Marshal(Subject(f))
			if err != nil {
				return flow.Next, service.E(service.Internal, "issue.confirm", nil, err)
			}
			f.Set(subjectField, string(b))
			return flow.Next, nil
		},
	}
}

// confirmed is what the customer saw and confirmed. StoreCorrupt where it is missing.
func confirmed(f *flow.Facts) (service.SubjectFields, error) {
	var s service.SubjectFields
	if err := json.Unmarshal([]byte(f.Get(subjectField)), &s); err != nil {
		return s, service.E(service.StoreCorrupt, "issue.confirmed", nil, err)
	}
	return s, nil
}

func certificateFacts(f *flow.Facts) []flow.Fact {
	s := Subject(f)
	var out []flow.Fact
	same := service.Same
	for _, l := range []struct {
		zh, en string
		value  service.Text
	}{
		{"证书名称", "Common name", same(s.CommonName)}, {"单位", "Organisation", same(s.Organisation)}, {"信用代码", "Credit code", same(s.CreditCode)},
		{"身份证号", "Identity number", same(s.IDNumber)}, {"护照号", "Passport", same(s.Passport)},
		{"地区", "Place", same(s.Province + " " + s.City)}, {"期限", "Term", steps.Term(f)}, {"算法", "Algorithm", steps.AlgorithmText(f)},
	} {
		if !l.value.Zero() {
			out = append(out, flow.Fact{Label: service.T(l.zh, l.en), Value: l.value})
		}
	}
	return out
}
