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
	CancelWrong  = t("与业务号 %s 不符", "not the end of %s")
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
