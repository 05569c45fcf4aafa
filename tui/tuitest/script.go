package tuitest

import (
	"strings"
	"time"

	"certdesk/service"
	"certdesk/service/flow"
)

var t = service.T

func (w *World) title(k service.Kind) service.Text {
	for _, d := range w.Definitions() {
		if d.Kind == k {
			return t(string(k)+" "+d.Title.ZH+" · 机构", string(k)+" "+d.Title.EN+" · Organisation")
		}
	}
	return service.Same(string(k))
}

func scripts() map[service.Kind][]Step {
	return map[service.Kind][]Step{"1001": issue(), "2001": unlock()}
}

func issue() []Step {
	return []Step{
		{Name: "type", Stage: service.StageIdentity, Ask: askType},
		{Name: "number", Stage: service.StageIdentity, Ask: askNumber},
		{Name: "details", Stage: service.StageIdentity, Ask: askDetails},
		{Name: "materials", Stage: service.StageIntake, Ask: askMaterials, Take: takeMaterials},
		{Name: "agreement", Stage: service.StageIntake, Ask: askAgreement},
		{Name: "fee", Stage: service.StageFee, Ask: askFee, Take: takeFee},
		{Name: "review", Stage: service.StageReview, Ask: askReview, Need: service.MayReview},
		{Name: "token", Stage: service.StageMake, Ask: askToken, Take: takeToken},
		{Name: "make", Stage: service.StageMake, Work: making()},
		{Name: "pin", Stage: service.StageHandover, Ask: askPIN, Take: takePIN},
		{Name: "report", Stage: service.StageHandover, Ask: askReport},
	}
}

func unlock() []Step {
	return []Step{
		{Name: "number", Stage: service.StageIdentity, Ask: askNumber},
		{Name: "token", Stage: service.StageMake, Ask: askToken, Take: takeToken},
		{Name: "pin", Stage: service.StageMake, Ask: askPIN, Take: takePIN},
	}
}

func askType(*World, *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptChoose, Title: t("客户类型", "Customer"), Primary: t("下一步", "Next"), Choices: []flow.Choice{
		{Key: "1", Value: "organisation", Label: t("机构", "Organisation"), Note: t("企业、机关、事业单位、社会团体", "companies, public bodies, associations")},
		{Key: "2", Value: "staff", Label: t("机构个人", "Staff of an organisation"), Note: t("代表机构办事的个人", "a person acting for an organisation")},
		{Key: "3", Value: "person", Label: t("个人", "Person"), Note: t("自然人", "a natural person")},
	}}
}

func askNumber(_ *World, c *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptForm, Title: t("证件号码", "Identity number"), Primary: t("下一步", "Next"), Fields: []flow.Field{{
		Name: "number", Label: t("统一社会信用代码", "Credit code"), Type: flow.FieldNumber, Required: true, Fixed: 18, Max: 18, Override: true, Value: c.Values["number"],
		Hint: t("营业执照上的 18 位代码", "18 characters, on the licence"), Check: CheckNumber,
	}}}
}

// CheckNumber accepts 91430104MA4L1234XK alone.
func CheckNumber(v string) (string, error) {
	if len(v) != 18 {
		return "", service.E(service.IDLength, "tuitest", service.Args{"want": "18", "have": "?"}, nil)
	}
	if v != "91430104MA4L1234XK" {
		return "", service.E(service.IDCheck, "tuitest", service.Args{"at": "18", "want": "K", "have": v[17:]}, nil)
	}
	return v, nil
}

func askDetails(_ *World, c *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptForm, Title: t("客户信息", "Customer details"), Primary: t("下一步", "Next"), Fields: []flow.Field{
		{Name: "name", Label: t("单位名称", "Organisation"), Type: flow.FieldText, Required: true, Max: 120, Value: c.Values["name"]},
		{Name: "address", Label: t("单位地址", "Address"), Type: flow.FieldText, Max: 120, Value: c.Values["address"]},
		{Name: "phone", Label: t("联系电话", "Telephone"), Type: flow.FieldDigits, Max: 20, Value: c.Values["phone"]},
		{Name: "agent.name", Label: t("经办人姓名", "Agent's name"), Type: flow.FieldText, Required: true, Max: 64, Value: c.Values["agent.name"]},
		{Name: "agent.mobile", Label: t("经办人手机", "Agent's mobile"), Type: flow.FieldDigits, Required: true, Fixed: 11, Max: 11, Value: c.Values["agent.mobile"], Check: checkMobile},
		{Name: "paper", Label: t("开票方式", "Invoice"), Type: flow.FieldChoice, Required: true, Value: "e", Choices: []flow.Choice{
			{Key: "1", Value: "e", Label: t("电子发票", "electronic")}, {Key: "2", Value: "p", Label: t("纸质发票", "paper")}, {Key: "3", Value: "n", Label: t("不开", "none")}}},
	}}
}

func checkMobile(v string) (string, error) {
	if len(v) != 11 || v[0] != '1' {
		return "", service.E(service.MobileBad, "tuitest", nil, nil)
	}
	return v, nil
}

func askMaterials(*World, *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptChoose, Multi: true, Title: t("核对材料", "Materials"), Primary: t("下一步", "Next"),
		Note: t("核对原件，收存复印件。按数字勾选，0 全选。", "Inspect the originals, keep the copies. Digits tick, 0 ticks all."), Choices: []flow.Choice{
			{Key: "1", Value: "licence", Label: t("营业执照副本原件", "Business licence"), Note: t("复印件 1 份", "1 copy"), Must: true},
			{Key: "2", Value: "agent", Label: t("经办人身份证原件", "Agent's identity card"), Note: t("复印件 1 份", "1 copy"), Must: true},
			{Key: "3", Value: "letter", Label: t("授权委托书（加盖公章）", "Letter of authority, sealed"), Must: true},
		}}
}

func takeMaterials(_ *World, _ *Case, a flow.Answer) error {
	if len(a.Chosen) < 3 {
		return service.E(service.MaterialsLack, "tuitest", service.Args{"missing": "授权委托书（加盖公章）"}, nil)
	}
	return nil
}

func askAgreement(*World, *Case) flow.Prompt {
	body := strings.Repeat("订户应当妥善保管介质和 PIN，不得出借；私钥可能泄露时应当立即申请冻结或者吊销。证书到期前可以办理更新，逾期需要重新办理。", 9)
	return flow.Prompt{Type: flow.PromptConfirm, Title: t("服务协议", "Agreement"), Note: service.Same("电子认证服务协议\n\n" + body),
		Primary: t("客户已阅读并同意", "The customer has read and agrees"), Refuse: t("客户不同意", "The customer declines")}
}

func askFee(*World, *Case) flow.Prompt {
	var ms []flow.Choice
	for i, m := range service.Methods() {
		ms = append(ms, flow.Choice{Key: string(rune('1' + i)), Value: string(m), Label: m.Title()})
	}
	return flow.Prompt{Type: flow.PromptForm, Title: t("收费", "Fee"), Primary: t("确认收款并出收据", "Take it and write the receipt"),
		Table: &flow.Table{
			Head:  []service.Text{t("费用", "Fee"), t("数量", "Qty"), t("单价", "Unit"), t("金额", "Amount")},
			Align: "lrrr", Rows: [][]service.Text{flow.Row("证书服务费（机构）", "2", "200.00", "400.00"), flow.Row("介质 UKey", "1", "50.00", "50.00")},
			Total: append([]service.Text{t("应收合计", "Total due")}, flow.Row("", "", "450.00")...)},
		Facts: []flow.Fact{{Label: t("还应收", "Still due"), Value: service.Same("￥450.00")}},
		Fields: []flow.Field{
			{Name: "method", Label: t("收款方式", "Method"), Type: flow.FieldChoice, Required: true, Choices: ms, Value: "cash"},
			{Name: "amount", Label: t("实收金额", "Amount"), Type: flow.FieldMoney, Required: true, Max: 14, Value: "450.00"},
			{Name: "tradeNo", Label: t("交易号", "Trade number"), Type: flow.FieldNumber, Max: 64, Hint: t("现金不填", "not for cash")},
		}}
}

func takeFee(_ *World, _ *Case, a flow.Answer) error {
	if m, err := service.ParseMoney(a.Values["amount"]); err != nil || m < 45000 {
		return service.E(service.FeeShort, "tuitest", service.Args{"due": "450.00", "field": "amount"}, err)
	}
	return nil
}

func askReview(_ *World, c *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptConfirm, Title: t("审核", "Review"), Note: t("请对照原件逐项核对。", "Check each line against the originals."), Facts: []flow.Fact{
		{Label: t("业务", "Business"), Value: service.Same("1001 机构")}, {Label: t("客户", "Customer"), Value: service.Same(c.Values["name"])},
		{Label: t("信用代码", "Credit code"), Value: service.Same(c.Values["number"]), Mark: "✓"},
		{Label: t("经办人", "Agent"), Value: service.Same(c.Values["agent.name"] + "  " + c.Values["agent.mobile"])},
		{Label: t("费用", "Fee"), Value: service.Same("￥450.00")}, {Label: t("申请表", "Form"), Value: service.Same("现场打印，已签字盖章")},
	}, Primary: t("审核通过", "Approve"), Refuse: t("退回更正", "Send back"), Reason: true}
}

func askToken(_ *World, c *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptToken, Title: t("插入介质", "Insert the token"), Serial: c.Token,
		Note: t("取一枚空白介质插入。", "Take a blank token and insert it."), Primary: t("使用这枚介质", "Use this token")}
}

func takeToken(_ *World, c *Case, a flow.Answer) error {
	c.Token, c.Status = a.Choice, service.Making
	return nil
}

func making() []flow.WorkStep {
	s := func(name, zh, en, note string, took time.Duration) flow.WorkStep {
		return flow.WorkStep{Name: name, Title: t(zh, en), Note: service.Same(note), Took: took * time.Millisecond}
	}
	return []flow.WorkStep{
		s("check", "检查介质", "Check the token", "空白，可用空间 48 KB", 100), s("so", "设置管理 PIN", "Set the SO PIN", "已向中心登记", 200),
		s("user", "设置用户 PIN", "Set the user PIN", "随机，办结前由客户设置", 100), s("key", "生成签名密钥", "Generate the key", "在介质内", 1900),
		s("ca", "向中心申请证书", "Ask the centre", "签名证书、加密证书", 300), s("import", "写入加密密钥", "Import the key", "已解密验证", 800),
		s("write", "写入证书", "Write certificates", "2 张", 400), s("verify", "回读并验证", "Read back and verify", "签名、解密、证书链、第二实现", 600),
	}
}

func askPIN(*World, *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptSecret, Title: t("设置 PIN", "Set the PIN"), Note: t("请客户本人输入。工作人员请回避。", "For the customer alone to type."),
		Secrets: []flow.SecretField{{Name: "new", Label: t("新 PIN", "New PIN"), Rule: service.PINRule{Min: 6, Max: 16}, Twice: true}}, Primary: t("设置 PIN", "Set the PIN")}
}

func takePIN(_ *World, _ *Case, a flow.Answer) error {
	if string(a.Secrets["new"]) == "123456" {
		return service.E(service.PINFormat, "tuitest", service.Args{"rule": "simple", "field": "new"}, nil)
	}
	return nil
}

func askReport(_ *World, c *Case) flow.Prompt {
	return flow.Prompt{Type: flow.PromptReport, Title: t("交付", "Hand-over"), Primary: t("已交付，办结", "Handed over, finish"), Facts: []flow.Fact{
		{Label: t("介质", "Token"), Value: service.Same(c.Token), Mark: "✓"}, {Label: t("签名证书", "Signing"), Value: service.Same("3A917C00D2  至 2028-11-21"), Mark: "✓"},
		{Label: t("加密证书", "Encryption"), Value: service.Same("3A917D00D2  至 2028-11-21"), Mark: "✓"}, {Label: t("交付单", "Sheet"), Value: t("已打印，请客户签字", "printed, to be signed"), Mark: "!"},
	}}
}
