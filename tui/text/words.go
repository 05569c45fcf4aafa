package text

import "certdesk/service"

// words are argument values that are themselves terms of the program, by argument name.
var words = map[string]map[string]service.Text{
	"permission": {
		"serve": service.T("受理", "serving customers"), "review": service.T("审核", "reviewing"), "make": service.T("制证", "writing tokens"),
		"override": service.T("主管放行", "supervisor's overrides"), "view-all": service.T("查看全部业务", "seeing all cases"),
	},
	"rule": {
		"ascii": service.T("只能用数字、字母和符号，不能有空格", "only digits, letters and signs, no blanks"),
		"min":   service.T("位数不够", "too short"), "max": service.T("位数太多", "too long"),
		"digits": service.T("只能用数字", "only digits"),
		"simple": service.T("不能全部相同，也不能是连续的号码", "not all the same, and no plain sequence"),
	},
	"what": {
		"money": service.T("收款", "the payment"), "approval": service.T("审核", "the approval"), "case": service.T("业务单", "case"),
		"project": service.T("应用项目", "project"), "product": service.T("证书产品", "product"), "customer": service.T("客户", "customer"),
		"certificate": service.T("证书", "certificate"), "staff": service.T("人员", "staff"), "visit": service.T("来访", "visit"),
		"receipt": service.T("收据", "receipt"), "paper": service.T("文书", "paper"), "setting": service.T("设置", "setting"),
		"signature": service.T("签名", "signature"), "envelope": service.T("加密密钥信封", "key envelope"), "key": service.T("密钥", "key"),
		"name": service.T("名称", "name"), "period": service.T("有效期", "period"), "container": service.T("容器", "container"),
		"chain": service.T("证书链", "chain"), "crl": service.T("吊销列表", "revocation list"), "line": service.T("证书序列", "certificate line"),
	},
	"field": {
		"reason": service.T("原因", "reason"), "amount": service.T("金额", "amount"), "number": service.T("证件号码", "number"),
		"name": service.T("名称", "name"), "password": service.T("口令", "password"), "login": service.T("工号", "sign-in number"),
	},
	"reason": reasons,
	"method": {},
	"status": {},
}

// word gives the screen's term for an argument's value; values that are no terms stand as they are.
func word(name, value string, lang service.Lang) string {
	switch name {
	case "status":
		if t := service.Status(value).Title(); !t.Zero() {
			return t.In(lang)
		}
	case "method":
		if t := service.Method(value).Title(); !t.Zero() {
			return t.In(lang)
		}
	}
	if t, ok := words[name][value]; ok {
		return t.In(lang)
	}
	if value == "" {
		return "—"
	}
	return value
}
