package printing_test

import (
	"fmt"
	"time"

	"certdesk/service"
)

var paperTime = time.Date(2026, 11, 21, 2, 32, 5, 0, time.UTC)

// Names that break careless typesetting: rare BMP, Extension A, Extension E, Extension B, a long name with dot.
var hardNames = []string{"龙吉䶮", "李㛃", "欧阳𬭳", "孙𠅤", "阿卜杜拉·买买提"}

func pair(label, value string) service.Pair { return service.Pair{Label: label, Value: value} }
func wide(label, value string) service.Pair {
	return service.Pair{Label: label, Value: value, Wide: true}
}
func heading(text string) service.Block {
	return service.Block{Type: service.BlockHeading, Text: text}
}

func form() service.Document {
	return service.Document{
		Kind: service.DocForm, Title: "数字证书业务申请表", Subtitle: "初次办理（机构证书）", No: "HB01-20261121-0042",
		Hall: "湖北省数字证书服务大厅（东湖受理点）", CopyOf: "客户联", Time: paperTime,
		Blocks: []service.Block{
			heading("一、申请单位信息"),
			{Type: service.BlockGrid, Columns: 2, Pairs: []service.Pair{
				wide("单位名称", "武汉楚天阿卜杜拉·买买提清真食品进出口贸易（集团）有限责任公司东湖新技术开发区第二分公司"),
				pair("统一社会信用代码", "91420100MA4KX3J27B"), pair("机构类型", "企业法人"),
				pair("法定代表人", "龙吉䶮"), pair("所属行业", "食品批发"),
				pair("所属地区", "湖北省武汉市"), pair("邮政编码", "430074"),
				wide("注册地址", "湖北省武汉市东湖新技术开发区关山大道 1 号光谷软件园 F3 栋 1201-1207 室"),
			}},
			heading("二、经办人与持证人"),
			{Type: service.BlockGrid, Columns: 2, Pairs: []service.Pair{
				pair("经办人", "李㛃"), pair("证件类型", "居民身份证"),
				pair("证件号码", "42010619880312042X"), pair("手机号码", "138****5678"),
				pair("持证人", "欧阳𬭳"), pair("持证人证件", "420106197709154417"),
				pair("电子邮箱", "ouyang.procurement.department@chutian-foods-international.example.com"), pair("办理方式", "现场办理"),
			}},
			heading("三、办理业务"),
			{Type: service.BlockTable, Head: []string{"序号", "应用项目", "证书产品", "年限", "介质", "资费（元）"}, Align: "clcccr",
				Widths: []int{7, 30, 26, 9, 14, 14},
				Rows: [][]string{
					{"1", "湖北省公共资源电子交易平台", "机构单位证书（SM2 双证）", "1 年", "UKey 新发", "280.00"},
					{"2", "湖北省公共资源电子交易平台", "机构业务证书 孙𠅤", "2 年", "UKey 新发", "1,040.00"},
				}, Total: []string{"", "合计", "", "", "", "1,320.00"}},
			heading("四、提交材料"),
			{Type: service.BlockChecks, Checks: []service.Check{
				{Label: "营业执照复印件（加盖公章）", Done: true}, {Label: "经办人身份证原件及复印件", Done: true},
				{Label: "单位授权委托书", Done: true}, {Label: "电子印章采集表", Done: false},
			}},
			heading("五、声明"),
			{Type: service.BlockText, Text: "本单位承诺所提交的资料真实、准确、完整，已阅读并同意《电子认证服务协议》《个人信息处理授权书》，知悉证书、私钥及" +
				"PIN 码由持证人妥善保管；因保管不善造成的损失由本单位承担。证书持有人：阿卜杜拉·买买提、孙𠅤。发生遗失、损坏或信息变更的，应当及时到受理点办理补办、冻结或者变更手续（服务热线 027-12345）。"},
			{Type: service.BlockSignatures, Pairs: []service.Pair{pair("申请单位（盖章）", ""), pair("经办人签字", "李㛃")}},
			{Type: service.BlockSignatures, Pairs: []service.Pair{pair("受理员", "欧阳𬭳"), pair("审核员", "龙吉䶮"), pair("制证员", "")}},
		},
		Foot: []string{"本表一式两份，客户联由申请单位留存，存根联由受理点归档。"},
	}
}

func receipt() service.Document {
	return service.Document{
		Kind: service.DocReceipt, Title: "收据", No: "HB01-0000123", Hall: "湖北省数字证书服务大厅", CopyOf: "客户联（补打1）", Time: paperTime,
		Blocks: []service.Block{
			{Type: service.BlockGrid, Columns: 2, Pairs: []service.Pair{
				wide("交款单位（人）", "武汉楚天阿卜杜拉·买买提清真食品进出口贸易（集团）有限责任公司　经办人 李㛃"),
				pair("业务单号", "HB01-20261121-0042"), pair("收款方式", "现金 1,000.00　微信 325.04"),
			}},
			{Type: service.BlockTable, Head: []string{"收费项目", "单价（元）", "数量", "优惠（元）", "金额（元）"}, Align: "lrcrr", Widths: []int{44, 14, 8, 14, 16},
				Rows: [][]string{
					{"机构单位证书（SM2 双证）1 年　孙𠅤", "280.00", "1", "0.00", "280.00"},
					{"机构业务证书 2 年　欧阳𬭳", "520.00", "2", "-20.00", "1,020.00"},
					{"UKey 介质　龙吉䶮", "25.04", "1", "0.00", "25.04"},
				}, Total: []string{"合计", "", "4", "-20.00", "1,325.04"}},
			{Type: service.BlockAmount, Pairs: []service.Pair{pair("大写", "人民币壹仟叁佰贰拾伍元零肆分"), pair("小写", "￥1,325.04")}},
			{Type: service.BlockSignatures, Pairs: []service.Pair{pair("收款人", "欧阳𬭳"), pair("复核", "龙吉䶮"), pair("客户签字", "")}},
		},
		Foot: []string{"本收据不是发票（非发票），仅作收款凭证；需要发票的，请凭本收据在 30 日内到受理点或通过服务平台申请开具。",
			"审计链头 #004217 SM3 66c7f0f4 62eeedd9 d1f2d46b dc10e4e2 4167c487 5cf2f7a2 297da02b 8f4ba8e0"},
	}
}

func handover() service.Document {
	return service.Document{
		Kind: service.DocHandover, Title: "证书介质交付单", Subtitle: "补办（遗失）", No: "HB01-20261121-0057",
		Hall: "湖北省数字证书服务大厅", CopyOf: "存根联", Time: paperTime,
		Blocks: []service.Block{
			{Type: service.BlockGrid, Columns: 2, Pairs: []service.Pair{
				pair("客户名称", "孙𠅤"), pair("经办人", "阿卜杜拉·买买提"),
				pair("介质序列号", "3A91F00C27D4"), pair("介质型号", "UKey-SM2"),
				pair("受理员", "龙吉䶮"), pair("制证员", "欧阳𬭳"),
			}},
			heading("证书清单"),
			{Type: service.BlockTable, Head: []string{"用途", "主体", "证书序列号", "起始日期", "截止日期"}, Align: "clccc",
				Rows: [][]string{
					{"签名", "CN=孙𠅤, O=个人, C=CN", "5F3C0A77B19E2D4466A0C1D2E3F40511", "2026-11-21", "2027-06-30"},
					{"加密", "CN=孙𠅤, O=个人, C=CN", "5F3C0A77B19E2D4466A0C1D2E3F40512", "2026-11-21", "2027-06-30"},
				}},
			heading("交付核验"),
			{Type: service.BlockChecks, Checks: []service.Check{
				{Label: "证书已写入介质，签名与解密试验通过，证书链校验无误", Done: true},
				{Label: "PIN 已由客户本人设置，受理员不知悉", Done: true},
				{Label: "旧证书（序列号 5F3C0A77B19E2D4466A0C1D2E3F40499）已吊销", Done: true},
				{Label: "已告知介质保管、解锁及到期更新办法", Done: false},
			}},
			{Type: service.BlockQR, Text: "https://ca.example.cn/q?no=HB01-20261121-0057&c=7Q4K", Pairs: []service.Pair{
				pair("扫描二维码，可查询业务进度、核验本单真伪、下载驱动程序和使用手册。查询时请输入经办人手机号码后四位。", "")}},
			{Type: service.BlockGap},
			{Type: service.BlockSignatures, Pairs: []service.Pair{pair("领取人", "阿卜杜拉·买买提"), pair("交付人", "李㛃")}},
		},
		Foot: []string{"介质请妥善保管，连续输错 PIN 将被锁定；锁定后请持有效证件到受理点办理解锁。"},
	}
}

func notice() service.Document {
	var rows [][]string
	for i := range 46 {
		rows = append(rows, []string{fmt.Sprint(i + 1), "补充材料第 " + fmt.Sprint(i+1) + " 项：法定代表人授权委托书（原件，须写明受托人姓名、证件号码、委托事项和期限，并加盖单位公章）", "原件 1 份", "必须"})
	}
	return service.Document{
		Kind: service.DocNotice, Title: "一次性告知书", Subtitle: "信息变更", No: "HB01-20261121-0063", Hall: "湖北省数字证书服务大厅", Time: paperTime,
		Blocks: []service.Block{
			{Type: service.BlockText, Text: "龙吉䶮、欧阳𬭳、阿卜杜拉·买买提：\n您于 2026 年 11 月 21 日申请办理的信息变更业务（李㛃、孙𠅤），经审查，所提交的材料不齐全。根据有关规定，现将需要补正的全部内容一次性告知如下，请补齐后持本告知书继续办理，已录入的信息予以保留，无需重新填写。"},
			{Type: service.BlockTable, Head: []string{"序号", "材料名称及要求", "形式与份数", "是否必须"}, Align: "clcc", Widths: []int{8, 62, 16, 14}, Rows: rows},
			heading("办理提示"),
			{Type: service.BlockText, Text: "1. 补正期限为 15 个工作日，逾期未补正的，本次申请予以撤销。\n2. 可以容缺受理的材料，须签署承诺书并注明补交日期。"},
			{Type: service.BlockSignatures, Pairs: []service.Pair{pair("告知人", "李㛃"), pair("被告知人", "")}},
		},
	}
}

// samples is one realistic paper of every kind.
func samples() map[string]service.Document {
	return map[string]service.Document{"form": form(), "receipt": receipt(), "handover": handover(), "notice": notice()}
}
