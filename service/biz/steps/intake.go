package steps

import (
	"fmt"
	"strconv"
	"strings"

	"certdesk/service"
	"certdesk/service/catalog"
	"certdesk/service/fee"
	"certdesk/service/flow"
)

// Project asks for the application project.
func Project() flow.Step {
	return choose("project", service.StageIntake, service.T("应用项目", "Project"), func(f *flow.Facts) ([]flow.Choice, error) {
		var cs []flow.Choice
		for _, p := range f.Catalog.Projects {
			if len(p.For(f.Case.CustomerType)) > 0 {
				cs = append(cs, flow.Choice{Value: p.Code, Label: service.Same(p.Name)})
			}
		}
		return numbered(cs), nil
	}, func(f *flow.Facts, v string) error {
		if v != f.Case.Project {
			f.Case.Project, f.Case.Product, f.Case.Years = v, "", 0
		}
		return nil
	})
}

// ProductOf is the case's product in the catalog it was opened under.
func ProductOf(f *flow.Facts) (catalog.Product, error) {
	p, err := f.Catalog.Project(f.Case.Project)
	if err != nil {
		return catalog.Product{}, err
	}
	return p.Product(f.Case.Product)
}

// Product asks for the certificate product; only what the project has for this customer type is offered.
func Product() flow.Step {
	return choose("product", service.StageIntake, service.T("证书产品", "Product"), func(f *flow.Facts) ([]flow.Choice, error) {
		p, err := f.Catalog.Project(f.Case.Project)
		if err != nil {
			return nil, err
		}
		var cs []flow.Choice
		for _, d := range p.For(f.Case.CustomerType) {
			cs = append(cs, flow.Choice{Value: d.Code, Label: service.Same(d.Name)})
		}
		return numbered(cs), nil
	}, func(f *flow.Facts, v string) error {
		if v != f.Case.Product {
			f.Case.Product, f.Case.Years = v, 0
		}
		return nil
	})
}

// Years asks for the term, each with its price; a short-lived product has none.
func Years() flow.Step {
	s := choose("years", service.StageIntake, service.T("服务年限", "Term"), func(f *flow.Facts) ([]flow.Choice, error) {
		d, err := ProductOf(f)
		if err != nil {
			return nil, err
		}
		var cs []flow.Choice
		for _, y := range d.Years {
			price, err := priceFor(f, y)
			if err != nil {
				return nil, err
			}
			cs = append(cs, flow.Choice{Value: strconv.Itoa(y), Label: service.T(fmt.Sprintf("%d 年", y), fmt.Sprintf("%d years", y)), Note: service.Same("￥" + price.String())})
		}
		return numbered(cs), nil
	}, func(f *flow.Facts, v string) (err error) {
		f.Case.Years, err = strconv.Atoi(v)
		return err
	})
	s.When = func(f *flow.Facts) bool {
		d, err := ProductOf(f)
		return err == nil && d.Days == 0
	}
	return s
}

func priceFor(f *flow.Facts, years int) (service.Money, error) {
	c := *f.Case
	c.Years = years
	lines, err := fee.Lines(f.Catalog, &c)
	return fee.Total(lines), err
}

// Questions that a customer can choose from for later key recovery; the answer is sealed with the case.
func questions() []flow.Choice {
	qs := []service.Text{
		service.T("您的出生地是哪里", "Where were you born"), service.T("您小学班主任的姓名", "Your first teacher's name"),
		service.T("对您影响最大的人是谁", "Who influenced you most"), service.T("您第一份工作的单位", "Your first employer"),
	}
	var cs []flow.Choice
	for i, q := range qs {
		cs = append(cs, flow.Choice{Value: strconv.Itoa(i + 1), Label: q})
	}
	return numbered(cs)
}

// Extras asks for the product's extension fields and the verification question.
func Extras() flow.Step {
	return reopen(Form("extras", service.StageIntake, service.T("业务资料", "Details"), extraFields, func(_ *service.Tx, f *flow.Facts, v map[string]string) error {
		for name, value := range v {
			f.Set(name, value)
		}
		return nil
	}))
}

func extraFields(f *flow.Facts) ([]flow.Field, error) {
	d, err := ProductOf(f)
	if err != nil {
		return nil, err
	}
	var fs []flow.Field
	for _, x := range d.Fields {
		fd := flow.Field{Name: "x." + x.Name, Label: x.Label, Type: flow.FieldText, Required: x.Required, Max: x.Max, Value: f.Get("x." + x.Name)}
		for i, c := range x.Choices {
			fd.Type = flow.FieldChoice
			fd.Choices = append(fd.Choices, flow.Choice{Key: strconv.Itoa(i + 1), Value: c, Label: service.Same(c)})
		}
		fs = append(fs, fd)
	}
	return append(fs,
		flow.Field{Name: "question", Label: service.T("验证问题", "Question"), Type: flow.FieldChoice, Required: true, Choices: questions(), Value: or(f.Get("question"), "1")},
		flow.Field{Name: "answer", Label: service.T("问题答案", "Answer"), Type: flow.FieldText, Required: true, Max: 40, Value: f.Get("answer"),
			Hint: service.T("密钥恢复时核对", "asked when keys are recovered")},
	), nil
}

// Materials is the checklist: the originals inspected, the copies kept.
func Materials(list func(*flow.Facts) ([]catalog.Material, error)) flow.Step {
	return reopen(flow.Step{
		Name: "materials", Stage: service.StageIntake, Title: service.T("核对材料", "Materials"),
		When: func(f *flow.Facts) bool { ms, err := list(f); return err != nil || len(ms) > 0 },
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			ms, err := list(f)
			return flow.Prompt{Type: flow.PromptChoose, Multi: true, Choices: materialChoices(f, ms), Primary: next,
				Note: service.T("核对原件，收存复印件。按数字勾选，0 全选。", "Inspect the originals, keep the copies. Digits tick, 0 ticks all.")}, err
		},
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			ms, err := list(f)
			if err != nil {
				return flow.Next, err
			}
			return flow.Next, tick(f, ms, a.Chosen)
		},
	})
}

func materialChoices(f *flow.Facts, ms []catalog.Material) []flow.Choice {
	var cs []flow.Choice
	for _, m := range ms {
		note := service.Text{}
		if m.Copies > 0 {
			note = service.T(fmt.Sprintf("复印件 %d 份", m.Copies), fmt.Sprintf("%d copies", m.Copies))
		}
		cs = append(cs, flow.Choice{Value: m.Code, Label: m.Label, Note: note, Tick: f.Get("material."+m.Code) != "", Must: true})
	}
	return numbered(cs)
}

// tick keeps what was ticked and names everything that is missing at once (行政许可法 32: one notice, all items).
func tick(f *flow.Facts, ms []catalog.Material, chosen []string) error {
	have := map[string]bool{}
	for _, c := range chosen {
		have[c] = true
	}
	var missing, missingEN []string
	for _, m := range ms {
		f.Set("material."+m.Code, map[bool]string{true: "1"}[have[m.Code]])
		if !have[m.Code] {
			missing, missingEN = append(missing, m.Label.ZH), append(missingEN, or(m.Label.EN, m.Label.ZH))
		}
	}
	if missing == nil {
		return nil
	}
	args := service.Args{"missing": strings.Join(missing, "、"), "missing_en": strings.Join(missingEN, ", ")}
	return service.E(service.MaterialsLack, "steps.Materials", args, nil)
}

// ProductMaterials lists what the case's product asks for.
func ProductMaterials(f *flow.Facts) ([]catalog.Material, error) {
	d, err := ProductOf(f)
	return d.MaterialsFor(f.Case.Kind), err
}

// ServiceMaterials lists what a 2xxx act asks for in its project.
func ServiceMaterials(f *flow.Facts) ([]catalog.Material, error) {
	p, err := f.Catalog.Project(f.Case.Project)
	if err != nil {
		return nil, nil // a token of another counter belongs to no project of ours: nothing is asked for
	}
	return p.Service(f.Case.Kind).MaterialsFor(f.Case.CustomerType), nil
}

// Agreement shows the service agreement; without the customer's consent nothing goes on.
func Agreement() flow.Step {
	return flow.Step{
		Name: "agreement", Stage: service.StageIntake, Title: service.T("服务协议", "Agreement"),
		Ask: func(f *flow.Facts) (flow.Prompt, error) {
			p, err := f.Catalog.Project(f.Case.Project)
			return flow.Prompt{Type: flow.PromptConfirm, Primary: service.T("客户已阅读并同意", "The customer has read and agrees"),
				Refuse: service.T("客户不同意", "The customer declines"), Note: service.Same(p.Agreement)}, err
		},
		Take: func(_ *service.Tx, f *flow.Facts, a flow.Answer) (flow.Result, error) {
			if a.Refused {
				return flow.Next, service.E(service.AgreementNo, "steps.Agreement", nil, nil)
			}
			f.Set("agreement", f.Catalog.Version)
			return flow.Next, nil
		},
	}
}

// Signed asks how the signed form came: printed here, or brought along stamped and matched to the entry.
func Signed() flow.Step {
	return reopen(choose("signed", service.StageIntake, service.T("申请表签署", "Signed form"), func(*flow.Facts) ([]flow.Choice, error) {
		return numbered([]flow.Choice{
			{Value: "printed", Label: service.T("已打印，客户签字盖章，与录入一致", "printed here, signed and stamped, matches the entry")},
			{Value: "brought", Label: service.T("客户自带盖章申请表，与录入一致", "brought along stamped, matches the entry")},
		}), nil
	}, func(f *flow.Facts, v string) error {
		f.Set("signed", v)
		return nil
	}))
}

// Price fixes what the case costs under the catalog it was opened with.
func Price() flow.Step {
	return flow.Step{
		Name: "price", Stage: service.StageIntake, Title: service.T("计价", "Price"),
		Commit: func(_ *service.Tx, f *flow.Facts) error { return price(f) },
	}
}

// price leaves a case alone whose money was taken: a correction costs nothing again. Money on the table stays there until
// Untender gave it back.
func price(f *flow.Facts) error {
	if f.Case.Receipt != "" {
		return nil
	}
	f.Case.Fee, f.Case.Money = 0, service.MoneyNone
	if f.Case.Project != "" {
		lines, err := fee.Lines(f.Catalog, f.Case)
		if err != nil {
			return err
		}
		f.Case.Fee = fee.Total(lines)
	}
	if f.Case.Fee > 0 {
		f.Case.Money = service.MoneyDue
	}
	return nil
}
