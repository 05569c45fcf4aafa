package text

import "certdesk/service"

var t = service.T

// general are the codes of the program and its store.
var general = map[service.Code]entry{
	service.Internal: {t("系统内部错误", "The program met a fault of its own"),
		t("程序遇到了没有预料到的情况，业务停在上一步，没有丢失。", "Something unforeseen happened. The case stands at its last step; nothing is lost."),
		t("请重试一次；仍然出现时，把编号报给管理员。", "Try once more; if it comes again, give the number to the administrator.")},
	service.Cancelled: {t("操作已停止", "The act was stopped"),
		t("操作被人停止，或者程序正在退出。", "Somebody stopped it, or the program was ending."),
		t("需要时从停下的地方继续。", "Continue from where it stopped when you are ready.")},
	service.InputInvalid: {t("填写的内容不合要求[：{reason}]", "This entry will not do[: {reason}]"),
		t("[{field}：]{reason}", "[{field}: ]{reason}"), t("请改正后再继续。", "Correct it, then go on.")},
	service.InputRequired: {t("[{field} ]必须填写", "[{field}: ]this must be filled in"),
		t("这一项是办理业务必需的。", "The business cannot go on without it."), t("请填写后再继续。", "Fill it in, then go on.")},
	service.InputTooLong: {t("[{field} ]太长，最多 {max} 个字", "[{field}: ]too long, at most {max} characters"),
		t("超出的部分存不下，也印不下。", "The rest would be neither stored nor printed."), t("请缩短，或用证件上的简称。", "Shorten it, or use the short form on the document.")},
	service.InputChoice: {t("[{field} ]没有这个选项", "[{field}: ]no such choice"),
		t("所选内容不在列表里。", "What was chosen is not on the list."), t("按 F4 打开列表，再选一次。", "Press F4 for the list and choose again.")},
	service.NotFound: {t("没有找到[{what} {id}]", "Not found[: {what} {id}]"),
		t("本机没有这条记录。", "This station has no such record."), t("核对号码后再查一次；别的网点办理的请在中心查询。", "Check the number and search again; records of other halls are at the centre.")},
	service.NotPermitted: {t("您没有这项权限：{permission}", "You may not do this: {permission}"),
		t("这一步由另一岗位办理。", "This step belongs to another post."), t("请有权限的同事在本机登录办理，或把业务留在队列里。", "Ask a colleague with the permission to sign in here, or leave the case in its queue.")},
	service.StoreBusy: {t("数据库正忙", "The database is busy"),
		t("另一个程序正占用着数据库。", "Another program holds it at the moment."), t("稍等几秒再试；一直如此请联系管理员。", "Wait a few seconds and try again; call the administrator if it stays so.")},
	service.StoreFull: {t("磁盘已满，没有保存", "The disk is full; nothing was saved"),
		t("本机没有空间再写入业务数据。", "There is no room left for case data."), t("先不要接新业务，请管理员清理磁盘后重试这一步。", "Take no new case; have the administrator free space, then repeat this step.")},
	service.StoreCorrupt: {t("数据损坏", "Data is damaged"),
		t("数据库里的一条记录无法读出或与校验不符。", "A record cannot be read or fails its seal."), t("停止办理，请管理员检查并从备份恢复。", "Stop serving; the administrator must check and restore from a backup.")},
	service.StoreNewer: {t("数据比程序新", "The data is newer than the program"),
		t("数据库是第 {have} 版，本程序只认识到第 {want} 版。", "The database is version {have}; this program knows version {want}."),
		t("请安装新版程序，不要用旧版打开。", "Install the newer program; do not open it with this one.")},
	service.StoreOlder: {t("数据需要先升级", "The data must be brought up to date first"),
		t("数据库是第 {have} 版，本程序需要第 {want} 版。", "The database is version {have}; this program needs version {want}."),
		t("先打开一次工作站程序，由它备份并升级。", "Open the station once; it makes a backup and upgrades.")},
	service.StoreReadOnly: {t("数据文件夹不能写入", "The data folder cannot be written"),
		t("[{path}：]文件夹、文件或磁盘是只读的。", "[{path}: ]the folder, a file or the disk is read-only."), t("请管理员检查权限和磁盘。", "The administrator must check permissions and disk.")},
	service.StoreFailed: {t("保存失败", "Saving failed"),
		t("磁盘读写出错，这一步没有保存。", "The disk gave an error; this step was not saved."), t("重试一次；再次失败请停止办理并联系管理员。", "Try once more; if it fails again stop serving and call the administrator.")},
	service.FolderHeld: {t("工作站已经打开", "The station is open already"),
		t("同一个数据文件夹正由另一个窗口使用[：{host} 上的进程 {pid}，{since} 打开]。", "Another window works on the same data folder[: process {pid} on {host}, since {since}]."), t("请到已打开的窗口办理，或先关闭它。", "Go on in that window, or close it first.")},
	service.KeyMissing: {t("找不到数据密钥", "The data key is missing"),
		t("密钥文件不在 {path}。", "There is no key file at {path}."), t("请管理员放回密钥文件；没有它，数据无法读出。", "The administrator must put the key file back; without it the data cannot be read.")},
	service.KeyWrong: {t("数据密钥不匹配", "The data key does not fit"),
		t("这把密钥打不开本机的数据。", "This key does not open this station's data."), t("请管理员换上与本机数据一起备份的密钥。", "The administrator must bring the key that belongs to this data.")},
	service.NoAudit: {t("操作被拒绝：没有审计记录", "Refused: the act left no audit record"),
		t("程序试图保存一次没有记入审计的操作。", "The program tried to save an act without recording it."), t("没有保存任何内容。请把编号报给管理员。", "Nothing was saved. Give the number to the administrator.")},
	service.AuditBroken: {t("审计链不完整", "The audit chain does not hold"),
		t("第 {seq} 行不符：{reason}。", "Row {seq} does not fit: {reason}."), t("停止办理，保持现状，立即报告管理员。", "Stop serving, change nothing, and tell the administrator at once.")},
	service.CryptoBad: {t("密码数据不合格式：{what}", "Cryptographic data is malformed: {what}"),
		t("密钥、信封或证书不是应有的样子。", "A key, envelope or certificate is not what it should be."), t("重试一次；再次出现请联系管理员，不要交付介质。", "Try once more; if it comes again call the administrator and do not hand over the token.")},
	service.SignatureBad: {t("签名验证不通过：{what}", "A signature does not hold: {what}"),
		t("数据被改动过，或者不是用应有的密钥签的。", "The data was altered, or another key signed it."), t("不要交付介质，请联系管理员。", "Do not hand over the token; call the administrator.")},
}

// people are the codes of signing in and of second persons.
var people = map[service.Code]entry{
	service.SignInFailed: {t("工号或口令不对[，还可以试 {left} 次]", "Wrong number or password[; {left} tries left]"),
		t("没有这个人，或口令输错了。", "There is no such person, or the password is wrong."), t("检查大小写和数字键盘后再输一次。", "Check Caps Lock and Num Lock and type it again.")},
	service.SignInLocked: {t("已锁定，{until} 以后再试", "Locked until {until}"),
		t("口令连续输错次数太多。", "The password was wrong too many times in a row."), t("请等到时间，或请主管解除锁定。", "Wait until then, or ask the supervisor to lift the lock.")},
	service.PasswordWeak: {t("口令太弱：{rule}", "The password is too weak: {rule}"),
		t("这样的口令容易被猜到。", "It would be guessed easily."), t("请换一个更长、不常见的口令。", "Choose a longer, less common one.")},
	service.SelfReview: {t("不能审核自己录入的业务", "You cannot review a case you entered"),
		t("录入和审核必须是两个人。", "Entering and reviewing take two people."), t("请另一位有审核权限的同事在本机登录，或留在待审核队列。", "Ask another reviewer to sign in here, or leave it in the review queue.")},
	service.OtherMustSign: {t("需要另一个人确认", "Another person must confirm this"),
		t("这一步不能由同一个人单独完成。", "One person alone may not do this step."), t("请有权限的同事在本机登录确认。", "Ask a colleague with the permission to sign in here.")},
	service.DigestChanged: {t("业务内容在审核后改动过", "The case changed after it was approved"),
		t("现在的内容与审核人当时看到的不一致。", "It is no longer what the reviewer saw."), t("请重新提交审核。", "Send it to review again.")},
	service.OverrideReason: {t("放行需要主管和原因", "An override needs a supervisor and a reason"),
		t("没有主管确认，或没有写明原因。", "No supervisor confirmed it, or no reason was given."), t("请主管登录并写明放行的原因。", "Ask a supervisor to sign in and state the reason.")},
}

// station are the codes of starting up and of stocks that run low.
var station = map[service.Code]entry{
	service.TerminalLocale: {t("终端不是 UTF-8", "The terminal is not UTF-8"),
		t("语言环境是 {locale}，中文无法正确显示。", "The locale is {locale}; Chinese cannot be shown."), t("把 LANG 设为 zh_CN.UTF-8 后重新打开。", "Set LANG to zh_CN.UTF-8 and start again.")},
	service.TerminalNone: {t("没有可用的终端", "There is no terminal"),
		t("程序不是在终端窗口里启动的。", "It was not started in a terminal window."), t("在终端窗口里启动；脚本请用 certdesk 的子命令。", "Start it in a terminal; scripts use the subcommands.")},
	service.Unsent: {t("还有 {count} 条记录没有上传", "{count} events wait for the centre"),
		t("线路不通或中心没有确认。", "The line is down, or the centre has not acknowledged."), t("检查线路；长时间离线请用交换包上传。", "Check the line; after long times offline use a bundle.")},
}
