package text

import "certdesk/service"

// Words that several pages share.
var (
	Required = t("必填", "required")
	Optional = t("选填", "optional")
	Waived   = t("主管放行：", "let pass by ")
	Loading  = t("正在读取…", "Reading…")
	Empty    = t("没有记录", "Nothing here")

	KeyNext    = t("下一项", "next")
	KeyEnter   = t("进入", "open")
	KeyChoose  = t("选择", "choose")
	KeyTick    = t("勾选", "tick")
	KeyAll     = t("全选", "all")
	KeyMove    = t("移动", "move")
	KeyRead    = t("翻看", "read on")
	KeyToken   = t("读取", "read it")
	KeyFirst   = t("返回首页", "first page")
	KeyHelp    = t("帮助", "help")
	KeyBack    = t("返回", "back")
	KeyLeave   = t("暂放", "set aside")
	KeyQuit    = t("退出", "quit")
	KeyList    = t("列表", "list")
	KeyRefresh = t("刷新", "refresh")
	KeyRepeat  = t("重复上值", "repeat last")
	KeyCancel  = t("撤销业务", "cancel case")
	KeyLock    = t("锁屏", "lock")
	KeyPass    = t("主管放行", "supervisor")
	KeyContext = t("客户与经过", "context")
	KeyDetail  = t("详情", "details")
	KeySearch  = t("查业务", "find a case")
	KeyClose   = t("关闭", "close")
	KeyOK      = t("确定", "OK")
	KeyFilter  = t("范围", "scope")
	KeyOpen    = t("继续办理", "go on with it")
	KeyReplace = t("换新介质", "another token")
	KeySwitch  = t("换人登录", "sign out")
)

// The frame: header, footer, status line.
var (
	Small     = t("窗口太小：需要至少 80 列 24 行，现在 %d 列 %d 行。放大窗口后继续，内容都在。", "The window is too small: 80 columns and 24 rows are needed, it has %d and %d. Enlarge it; nothing is lost.")
	Window    = t("%s 号窗口", "window %s")
	Online    = t("在线", "online")
	Offline   = t("离线", "offline")
	Unsent    = t("待上传 %d", "unsent %d")
	Token     = t("介质", "Token")
	Tokens    = t("%d 枚", "%d in")
	Printer   = t("打印机", "Printer")
	Ready     = t("就绪", "ready")
	PrintHalt = t("有文书未打出", "papers waiting")
	Shift     = t("班次", "Shift")
	Dropped   = t("画面已变化，预先键入的按键已丢弃", "The screen changed; keys typed ahead were dropped")
	NoQuit    = t("正在办理，不能退出。完成后再退出。", "An act is running: quitting is refused until it ends.")
	NoQuitKey = t("正在写介质，不能退出。请勿拔出 UKey。", "A token is being written: quitting is refused. Do not pull the UKey.")
	BusyKey   = t("正在处理，请稍候", "Working, please wait")
	QuitAsk   = t("退出程序？未提交的内容已存为草稿。", "Quit? What was not submitted is kept as a draft.")
	Weekdays  = t("周日,周一,周二,周三,周四,周五,周六", "Sun,Mon,Tue,Wed,Thu,Fri,Sat")
)

// Fault box.
var (
	FaultTitle = t("需要处理", "Needs attention")
	FaultCause = t("原因", "Cause")
	FaultNext  = t("下一步", "Next")
	FaultNo    = t("编号", "No.")
	FaultSafe  = t("没有丢失：已填写和已完成的步骤都已保存。", "Nothing is lost: what was entered and done is saved.")
	FaultMust  = t("Esc 不能关闭：必须选择其一", "Esc does not close this: choose one")
	FaultOK    = t("知道了", "I see")
	FaultRetry = t("处理好后，从这一步继续", "put it right, then continue from this step")
	FaultLeave = t("暂放，业务留在待办里", "set it aside; the case stays in the queue")
	FaultSwap  = t("换新介质，本介质登记为坏 Key（需主管）", "another token; this one is booked out as bad (supervisor)")
)

// Signing in.
var (
	SignIn       = t("登录", "Sign in")
	Login        = t("工号", "Number")
	Password     = t("口令", "Password")
	SignInNote   = t("数字证书受理点工作站", "Digital certificate counter station")
	SignInWait   = t("正在核对…", "Checking…")
	Locked       = t("已锁屏", "Locked")
	LockedNote   = t("%s 离开中。输入口令继续，填写的内容都在。", "%s is away. Type the password to go on; everything is as it was.")
	LockedOther  = t("换人登录请按 F3", "F3 signs out")
	SecondSign   = t("第二人登录", "A second person signs in")
	SecondNote   = t("只为这一步登录，%s 不退出。", "For this step only; %s stays signed in.")
	Supervisor   = t("主管放行", "Supervisor's word")
	Reason       = t("原因", "Reason")
	ReasonNote   = t("写明原因，记入审计", "stated in the audit")
	WrongPost    = t("此人没有“%s”权限", "This person may not do this: %s")
	SamePerson   = t("必须是另一个人", "It must be another person")
	CancelTitle  = t("撤销业务", "Cancel the case")
	CancelNote   = t("撤销后不能恢复。已收款项转为待退费。", "This cannot be taken back. Money taken becomes a refund due.")
	CancelType   = t("业务号后 4 位", "Last 4 of the no.")
	CancelWrong  = t("与业务号不符", "not the end of the case number")
	CancelWhy    = t("撤销原因", "Reason")
	RefuseTitle  = t("退回", "Send back")
	JumpTitle    = t("跳转", "Go to")
	JumpCode     = t("交易码", "Code")
	JumpNote     = t("输入交易码、名称或拼音首字母；当前内容存为草稿。", "Code or name; what you are doing is kept as a draft.")
	HelpTitle    = t("帮助", "Help")
	HelpFilter   = t("键入筛选", "type to filter")
	HelpKeys     = t("按键", "Keys")
	HelpTwins    = t("也可以按", "or")
	ListTitle    = t("选择", "Choose")
	ConfirmTitle = t("请确认", "Please confirm")
)

// Cancel reasons, chosen by digit.
var CancelReasons = []Pair{
	{"1", t("客户放弃", "the customer gave up")}, {"2", t("录入错误", "entered by mistake")},
	{"3", t("资料不全", "papers missing")}, {"4", t("重复受理", "opened twice")},
}

// Pair is a digit with what it stands for.
type Pair struct {
	Key  string
	Text service.Text
}

// Help of the pages.
var (
	SignInHelp = t("输入工号和口令登录。口令连续输错会暂时锁定。", "Sign in with your number and password. Wrong passwords in a row lock it for a while.")
	HomeHelp   = t("输入交易码、拼音首字母或名称，回车进入。右边是您的待办和今天的数字；输入待办后面的交易码即可打开队列。",
		"Type a code or a name and press Enter. At the right is what waits and what today brought; the code beside a queue opens it.")
	DeskHelp = t("按画面提示逐项办理。回车到下一项，最后一项回车或 F10 提交；F3 暂放或返回上一步，填写的内容都会保留。",
		"Go through what is asked. Enter goes to the next field, Enter at the last or F10 submits; F3 goes back or sets the case aside. Nothing typed is lost.")
	FindHelp   = t("按业务号、单位名称、信用代码开头查找，个人姓名、证件号、手机号、介质序列号和收据号要输全。", "Find by the beginning of a case number, organisation or credit code; a person's name, number, mobile, a token serial or receipt must be whole.")
	QueueHelp  = t("等待这一岗位的业务，最早的在前。回车打开。", "What waits for this post, oldest first. Enter opens it.")
	DetailHelp = t("一笔业务的全部内容。未办结的回车继续办理。", "All of one case. Enter goes on with it where it is open.")
	TokensHelp = t("插着的介质和里面的证书。不需要 PIN，不改动介质。", "The tokens that are in and what is on them. Needs no PIN and changes nothing.")
)

// Home page.
var (
	HomeBusiness = t("办理业务", "Business")
	HomeCode     = t("交易码", "Code")
	HomeTodo     = t("我的待办", "To do")
	HomeToday    = t("今日", "Today")
	HomeCases    = t("业务 %d", "cases %d")
	HomeIssued   = t("发证 %d", "issued %d")
	HomeTaken    = t("收款 ￥%s", "taken ￥%s")
	HomeNone     = t("没有匹配的业务", "Nothing fits")
	HomeQuit     = t("退出登录？", "Sign out?")
	NoPermission = t("您没有这项权限", "not among your duties")
)

// Acts that are pages of their own, beside the businesses.
var (
	ActDiagnose = t("诊断介质", "Inspect a token")
	ActReview   = t("审核", "Review")
	ActMake     = t("制证", "Make")
	ActHandover = t("待交付", "Hand over")
	ActCases    = t("业务查询", "Find a case")
)

// Case page.
var (
	StepBack     = t("上一步", "step back")
	Opening      = t("正在受理…", "Opening…")
	Submitting   = t("正在提交…", "Submitting…")
	Writing      = t("正在写入介质，请勿拔出 UKey…", "Writing to the token; do not pull the UKey…")
	As           = t("%s %s 办理这一步", "%s, %s, does this step")
	NothingLast  = t("没有上次的值", "no earlier value")
	NoList       = t("这一项没有列表", "this field has no list")
	NoPass       = t("没有需要放行的号码", "no number here fails its check")
	NoCancel     = t("现在不能撤销", "it cannot be cancelled now")
	NoReplace    = t("现在不能换介质", "the token cannot be replaced now")
	NeedTitle    = t("这一步由“%s”岗位办理", "This step is for: %s")
	NeedNote     = t("%s 不能办理这一步。", "%s may not do this step.")
	NeedHere     = t("现在由另一人在本机登录办理", "another person signs in here now")
	NeedQueue    = t("留在队列里，返回首页", "leave it in the queue, back to the first page")
	KeepIn       = t("请 勿 拔 出 UKey", "DO NOT PULL THE UKEY")
	WorkFoot     = t("按键暂存。拔出介质不会丢失业务：插回同一介质即可继续。", "Keys are kept. If the token is pulled, put the same one back.")
	WorkPlain    = t("正在处理，按键暂存。", "Working; keys are kept.")
	WorkTime     = t("已用 %s", "%s so far")
	WorkStopped  = t("停在这一步，处理好后按 F10 继续。", "It stopped here; press F10 when it is put right.")
	TokenWait    = t("请插入介质", "Insert a token")
	TokenWaitFor = t("请插入介质 %s", "Insert token %s")
	DrawerTitle  = t("软 UKey 抽屉", "soft UKeys")
	DrawerNew    = t("取一枚空白的，插入", "take a blank one and plug it in")
	DrawerIn     = t("已插入", "in")
	TokenOne     = t("已读到介质", "A token is in")
	TokenMany    = t("插着几枚介质，按数字选定要用的一枚", "Several tokens are in; choose one by its digit")
	TokenBlankS  = t("空白", "blank")
	TokenUsedS   = t("已有内容", "in use")
	TokenWrongS  = t("不是这笔业务的介质", "not of this case")
	SecretAgain  = t("再输一次", "once more")
	SecretRule   = t("%d 到 %d 位", "%d to %d characters")
	SecretDigits = t("%d 到 %d 位数字", "%d to %d digits")
	Customer     = t("请客户输入", "For the customer")
	ClosedNext   = t("回车返回首页", "Enter returns to the first page")
	DraftFailed  = t("草稿没有保存成，请稍后再试", "The draft could not be kept; try again later")
	Sure         = t("确定要这样做吗？", "Are you sure?")
	ReadOn       = t("还有内容，回车往下看", "more below: Enter reads on")
)

// Lists of cases.
var (
	FindLabel   = t("查找", "Find")
	FindHint    = t("业务号、名称、号码、介质、收据", "no., name, number, token, receipt")
	FindCount   = t("%d 笔", "%d cases")
	KeyFind     = t("查找", "find")
	ScopeAll    = t("全部", "all")
	ScopeOpen   = t("未办结", "open")
	ColNo       = t("业务号", "Case")
	ColKind     = t("业务", "Code")
	ColStatus   = t("状态", "Status")
	ColCustomer = t("客户", "Customer")
	ColFee      = t("费用", "Fee")
	ColBy       = t("受理人", "Clerk")
	ColTime     = t("时间", "Time")
)

// Case details.
var (
	DetailCase    = t("业务", "Case")
	DetailPeople  = t("经手人", "Done by")
	DetailMoney   = t("收款", "Payments")
	DetailCerts   = t("证书", "Certificates")
	DetailPapers  = t("文书", "Papers")
	DetailHistory = t("经过", "History")
	DetailNumber  = t("证件号码", "Number")
	DetailHolder  = t("持证人", "Holder")
	DetailAgent   = t("经办人", "Agent")
	DetailMobile  = t("电话", "Telephone")
	DetailReject  = t("退回原因", "Sent back because")
	DetailReceipt = t("收据", "Receipt")
	DetailUntil   = t("至 %s", "to %s")
	DetailReprint = t("补打 %d", "reprint %d")
	UsageSign     = t("签名", "sign")
	UsageEncrypt  = t("加密", "encrypt")
	UsageBoth     = t("通用", "both")
)

// Token page.
var (
	TokensNone   = t("没有插入介质", "No token is inserted")
	TokenModel   = t("型号", "Model")
	TokenLabel   = t("标签", "Label")
	TokenSpace   = t("空间", "Space")
	TokenSpaceOf = t("可用 %s，共 %s", "%s free of %s")
	TokenUser    = t("用户 PIN", "User PIN")
	TokenSO      = t("管理 PIN", "SO PIN")
	TokenLeft    = t("还可试 %d 次，共 %d 次", "%d of %d tries left")
	TokenLocked  = t("已锁定", "locked")
	TokenDefault = t("仍是出厂 PIN", "still the factory PIN")
	TokenUnset   = t("未设置", "not set")
	TokenUnknown = t("介质不报告次数", "tries not reported")
	TokenCase    = t("最近业务", "Last case")
	TokenKnown   = t("本网点发出", "issued here")
	TokenDays    = t("还有 %d 天", "%d days left")
	TokenOver    = t("已过期 %d 天", "expired %d days ago")
	TokenNoCerts = t("没有证书", "no certificates")
)
