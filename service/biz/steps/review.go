package steps

import (
	"fmt"
	"strings"

	"certdesk/service"
	"certdesk/service/flow"
	"certdesk/service/idcheck"
)

// Review is the second person's look at everything that was entered. Where the project reviews before the fee, before is true.
func Review(before bool) flow.Step {
	name := "review"
	if before {
		name = "review-first"
	}
	return flow.Step{
		Name: name, Stage: service.StageReview, Title: service.T("审核", "Review"), Permission: service.MayReview, Other: true, Final: true,
		When: func(f *flow.Facts) bool { return reviewsFirst(f) == before },
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			return flow.Prompt{Type: flow.PromptConfirm, Facts: Summary(f), Primary: service.T("审核通过", "Approve"),
				Refuse: service.T("退回更正", "Send back"), Reason: true,
				Note: service.T("请对照原件逐项核对。", "Check each line against the originals.")}, nil
		},
		Take: review,
	}
}

// ReviewIf is a review that the project may do without, as for an unlock.
func ReviewIf(needed func(*flow.Facts) bool) flow.Step {
	s := Review(false)
	s.When = needed
	return s
}

func reviewsFirst(f *flow.Facts) bool {
	p, err := f.Catalog.Project(f.Case.Project)
	return err == nil && p.ReviewWhen == "before-fee"
}

func review(tx *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
	if a.Refused {
		if strings.TrimSpace(a.Reason) == "" {
			return flow.Next, service.E(service.InputRequired, "steps.Review", service.Args{"field": "reason"}, nil)
		}
		return flow.SendBack, nil
	}
	f.Case.By[service.ReviewedBy] = service.Stamp{Staff: tx.Who.ID, Name: tx.Who.Name, At: tx.Now}
	f.Case.Approved = flow.Digest(flow.Prompt{Facts: Summary(f)})
	return flow.Next, tx.Audit.Append("review.approve", f.Case.No, f.Case.Approved)
}

// Summary is everything that a reviewer approves: it depends on what was entered alone.
func Summary(f *flow.Facts) []flow.Fact {
	out := []flow.Fact{
		{Label: service.T("业务", "Business"), Value: businessText(f)},
		fact("客户", "Customer", strings.TrimSpace(f.Customer.Name+"  "+f.Customer.Mobile)),
		numberFact(f),
		fact("单位地址", "Address", f.Customer.Address),
	}
	out = append(out, personFacts(f, "holder", service.T("持证人", "Holder"), f.Case.Holder)...)
	out = append(out, personFacts(f, "agent", service.T("经办人", "Agent"), f.Visit.Agent)...)
	if ByAgent(f) {
		out = append(out, flow.Fact{Label: service.T("到场", "At the desk"), Value: service.T("持证人未到场，经办人代办", "the agent; the holder did not come"), Mark: "!"})
	}
	out = append(out, productFacts(f)...)
	out = append(out, intakeFacts(f)...)
	if f.Case.Rejection != "" {
		out = append(out, flow.Fact{Label: service.T("上次退回原因", "Sent back because"), Value: service.Same(f.Case.Rejection), Mark: "!"})
	}
	return present(out)
}

// businessText is the code with the customer type.
func businessText(f *flow.Facts) service.Text {
	t := f.Case.CustomerType.Title()
	return service.T(string(f.Case.Kind)+" "+t.ZH, string(f.Case.Kind)+" "+t.EN)
}

func fact(zh, en, value string) flow.Fact {
	return flow.Fact{Label: service.T(zh, en), Value: service.Same(value)}
}

func numberFact(f *flow.Facts) flow.Fact {
	label := service.T("证件号码", "Number")
	if f.Customer.IDType == string(idcheck.USCC) {
		label = service.T("信用代码", "Credit code")
	}
	return vouched(f, "number", label, f.Customer.Number)
}

// vouched tells whether a number passed its check or stands on a supervisor's word.
func vouched(f *flow.Facts, field string, label service.Text, number string) flow.Fact {
	if o := f.Get(overrideKey(field)); o != "" {
		by, reason := overrideText(o)
		return flow.Fact{Label: label, Value: service.T(number+"（主管放行："+by+"，原因："+reason+"）", number+" (supervisor "+by+": "+reason+")"), Mark: "!"}
	}
	return flow.Fact{Label: label, Value: service.Same(number), Mark: "✓"}
}

func personFacts(f *flow.Facts, prefix string, who service.Text, p service.Person) []flow.Fact {
	if p.Name == "" {
		return nil
	}
	return []flow.Fact{
		{Label: who, Value: service.Same(p.Name + "  " + p.Mobile)},
		vouched(f, prefix+".number", service.T(who.ZH+"证件", who.EN+"'s ID"), p.Number),
	}
}

func productFacts(f *flow.Facts) []flow.Fact {
	project, err := f.Catalog.Project(f.Case.Project)
	if err != nil {
		return nil
	}
	out := []flow.Fact{fact("应用项目", "Project", project.Name)}
	if d, err := project.Product(f.Case.Product); err == nil {
		out = append(out, fact("证书产品", "Product", d.Name), flow.Fact{Label: service.T("服务期限", "Term"), Value: Term(f)})
		for _, x := range d.Fields {
			out = append(out, flow.Fact{Label: x.Label, Value: service.Same(f.Get("x." + x.Name))})
		}
	}
	if f.Case.Fee > 0 {
		out = append(out, fact("费用", "Fee", "￥"+f.Case.Fee.String()))
	}
	return append(out, flow.Fact{Label: service.T("申请表", "Form"), Value: signedText(f.Get("signed"))})
}

// intakeFacts is what else was taken in: the papers ticked, the agreement consented to, the question (never its answer).
func intakeFacts(f *flow.Facts) []flow.Fact {
	agreement := f.Get("agreement")
	return []flow.Fact{
		{Label: service.T("材料", "Materials"), Value: materialsText(f)},
		fact("协议版本", "Agreement", agreement[:min(12, len(agreement))]),
		{Label: service.T("验证问题", "Question"), Value: questionText(f)},
	}
}

// materialsText counts and names the papers ticked, in the catalog's order.
func materialsText(f *flow.Facts) service.Text {
	list := ServiceMaterials
	if f.Case.Product != "" {
		list = ProductMaterials
	}
	ms, err := list(f)
	var zh, en []string
	for _, m := range ms {
		if f.Get("material."+m.Code) != "" {
			zh, en = append(zh, m.Label.ZH), append(en, or(m.Label.EN, m.Label.ZH))
		}
	}
	if err != nil || zh == nil {
		return service.Text{}
	}
	return service.T(fmt.Sprintf("%d 项：%s", len(zh), strings.Join(zh, "、")), fmt.Sprintf("%d: %s", len(en), strings.Join(en, ", ")))
}

func questionText(f *flow.Facts) service.Text {
	for _, q := range questions() {
		if q.Value == f.Get("question") {
			return q.Label
		}
	}
	return service.Text{}
}

func signedText(v string) service.Text {
	switch v {
	case "printed":
		return service.T("现场打印，已签字盖章", "printed here, signed and stamped")
	case "brought":
		return service.T("客户自带，已盖章", "brought along, stamped")
	}
	return service.Text{}
}

// Term is the asked validity in words.
func Term(f *flow.Facts) service.Text {
	if d, err := ProductOf(f); err == nil && d.Days > 0 {
		return service.T(fmt.Sprintf("%d 天", d.Days), fmt.Sprintf("%d days", d.Days))
	}
	return service.T(fmt.Sprintf("%d 年", f.Case.Years), fmt.Sprintf("%d years", f.Case.Years))
}

func present(fs []flow.Fact) []flow.Fact {
	var out []flow.Fact
	for _, f := range fs {
		if f.Value.ZH != "" {
			out = append(out, f)
		}
	}
	return out
}
