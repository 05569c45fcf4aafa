package text

import "certdesk/service"

// cases are the codes of cases and their steps.
var cases = map[service.Code]entry{
	service.CaseChanged: {t("业务刚被别人改动过", "Somebody else just changed this case"),
		t("[{no} ]在您填写时已由别人保存。", "[{no}: ]it was saved by somebody else while you were typing."), t("画面已更新，请看过后再继续。", "The screen shows it as it is now; look, then go on.")},
	service.CaseStatus: {t("“{status}”状态下不能这样做", "Not possible while the case is “{status}”"),
		t("[{no} ]已经走到另一步。", "[{no}: ]the case has moved on."), t("按 F5 刷新，按画面提示办理。", "Press F5 and follow the screen.")},
	service.CaseClosed: {t("业务已办结", "The case is closed"),
		t("已完成或已撤销的业务不能再改。", "A completed or cancelled case is never changed."), t("需要更正时请新开一笔业务。", "Open a new case to correct anything.")},
	service.CaseElsewhere: {t("业务正在另一处办理", "The case is being worked on elsewhere"),
		t("另一个窗口或另一步操作还没有结束。", "Another window or act has not finished with it."), t("等它结束后按 F5 再试。", "Wait until it has, then press F5 and try again.")},
	service.StepAnswered: {t("这一步已经办过", "This step is done already"),
		t("您看到的画面已经不是最新的。", "What you saw was no longer the latest."), t("画面已更新，请按现在的提示继续。", "The screen is up to date now; go on from there.")},
	service.MustDecide: {t("需要主管判断：{step}", "A supervisor must decide: {step}"),
		t("程序无法确认上次操作是否已经成功，不会自行猜测。", "Whether the last act succeeded cannot be found out, and the program does not guess."), t("请主管在这笔业务里按画面提示决定；正在制证的按 F8 换新介质，把没做完的更换做完。", "Ask the supervisor to decide in this case as the screen says; while making, to take another token with F8.")},
	service.MaterialsLack: {t("材料不齐", "Materials are missing"),
		t("还缺：{missing}", "Still missing: {missing}"), t("请客户补齐后勾选；今天补不齐的按 Esc 暂放，已填的都在，改日继续。", "Tick them when the customer brings them; if not today, set the case aside with Esc: everything typed is kept.")},
	service.AgreementNo: {t("客户没有同意服务协议", "The customer has not agreed to the terms"),
		t("不同意协议不能签发证书。", "No certificate can be issued without agreement."), t("向客户说明；坚持不同意的，按 F12 撤销业务。", "Explain it; if the customer still declines, cancel with F12.")},
	service.KindUnknown: {t("没有交易码 {kind}", "There is no code {kind}"),
		t("本机没有开通这项业务。", "This station does not offer it."), t("检查交易码，或输入名称、拼音首字母查找。", "Check the code, or search by name or pinyin initials.")},
	service.ProfileForbid: {t("该项目不允许：{what}", "The project does not allow it: {what}"),
		t("应用项目的规则里没有开放这一项。", "It is not among what the project permits."), t("换一种产品或业务，或请主管联系项目方。", "Choose another product or business, or let the supervisor ask the project.")},
	service.NoDuty: {t("还不能制证：缺 {what}", "Not ready for making: {what} is missing"),
		t("没有审核通过或没有收款的业务不能写介质。", "Nothing is written to a token without approval and payment."), t("先完成这一步，再回来制证。", "Finish that first, then come back.")},
}

// money are the codes of fees, payments and the catalog.
var money = map[service.Code]entry{
	service.FeeFormat: {t("不是金额：{input}", "Not an amount: {input}"),
		t("金额只能是数字，最多两位小数。", "An amount has digits and at most two decimals."), t("请重新输入，例如 50 或 50.50。", "Type it again, such as 50 or 50.50.")},
	service.FeeNegative: {t("金额不能是负数", "An amount cannot be negative"),
		t("退钱不能记成负的收款。", "Money back is not a negative payment."), t("请输入实际收到的金额；退费另办业务。", "Enter what was received; a refund is a business of its own.")},
	service.FeeZero: {t("金额不能为零", "The amount cannot be zero"),
		t("没有收到钱就不用记这一笔。", "Nothing received is nothing to record."), t("请输入实际收到的金额。", "Enter what was received.")},
	service.FeeShort: {t("还差 ￥{due}", "￥{due} is still due"),
		t("收到的钱不够应收金额。", "What was received does not cover the fee."), t("再收一笔，或改正金额。", "Take another payment, or correct the amount.")},
	service.FeeOver: {t("多收了：应收只有 ￥{due}", "Too much: only ￥{due} is due"),
		t("这种收款方式不能找零。", "This method gives no change."), t("请按应收金额收取。", "Take exactly what is due.")},
	service.TariffUnknown: {t("没有定价", "No price is set"),
		t("资费目录里没有项目 {project}、产品 {product}、业务 {kind} 的价格。", "The catalog has no price for project {project}, product {product}, business {kind}."), t("请换一种产品，或请管理员更新资费目录。", "Choose another product, or have the catalog updated.")},
	service.TariffStale: {t("资费已变更：原 ￥{old}，现 ￥{new}", "The price changed from ￥{old} to ￥{new}"),
		t("受理之后中心更新了资费。", "The centre changed the tariff after this case was opened."), t("告知客户，同意后按新资费收取。", "Tell the customer, and charge the new price if accepted.")},
	service.MethodUnknown: {t("没有这种收款方式：{method}", "No such way to pay: {method}"),
		t("本机没有开通这种方式。", "It is not offered here."), t("按 F4 选择列表里的方式。", "Press F4 and choose one of the list.")},
	service.TradeNoNeeded: {t("需要填写交易号", "A trade number is needed"),
		t("刷卡、转账和扫码收款要凭交易号对账。", "Cards, transfers and wallets are reconciled by it."), t("请照凭条或手机上的单号填写。", "Copy it from the slip or the phone.")},
	service.ReceiptsOut: {t("收据号段已用完", "The receipt numbers are used up"),
		t("中心分给本机的收据号已全部开出。", "All numbers that the centre allotted are written."), t("业务已保存。连上中心后会自动领到新号段，再从这一步继续。", "The case is kept. A new range comes by itself once the centre answers; go on from here.")},
	service.CatalogBad: {t("资费目录有错，第 {line} 行", "The catalog has an error in line {line}"),
		t("{reason}", "{reason}"), t("继续使用原来的目录，请管理员改正后重新下发。", "The former catalog stays in use; the administrator must correct this one.")},
}
