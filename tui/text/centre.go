package text

import "certdesk/service"

// centre are the codes of the line to the centre and of the centre itself.
var centre = map[service.Code]entry{
	service.CAUnreachable: {t("中心暂时无法连接", "The centre cannot be reached"),
		t("到 {address} 的线路不通。业务已保存。", "There is no line to {address}. The case is saved."), t("线路恢复后从这一步继续，不会重复收费或发证。", "Continue from here when the line is back; nothing is charged or issued twice.")},
	service.CASlow: {t("中心没有及时答复", "The centre did not answer in time"),
		t("请求可能已经收到，结果还不知道。", "It may have received the request; the outcome is not known."), t("稍等再按 F10，程序会取回同一结果。", "Wait a little and press F10: the same result is fetched.")},
	service.CAGarbage: {t("中心的答复无法识别", "The centre's answer is not understood"),
		t("答复不符合协议，可能被中间设备改动。", "It is not of the protocol; something on the way may have changed it."), t("重试一次；再次出现请联系管理员。", "Try once more; call the administrator if it comes again.")},
	service.CARefused: {t("中心拒绝了申请", "The centre refused the request"),
		t("{reason}", "{reason}"), t("按原因改正后重新提交；不能改正的撤销业务，已收款项退费。", "Correct it and send it again, or cancel; money taken is then refunded.")},
	service.CAUntrusted: {t("中心的答复不可信", "The centre's answer cannot be trusted"),
		t("{reason}", "{reason}"), t("不要继续，也不要交付介质，请立即联系管理员。", "Do not go on, hand over nothing, and call the administrator at once.")},
	service.CAMismatch: {t("发来的证书与申请不符：{what}", "The certificate is not what was asked for: {what}"),
		t("证书里的公钥、名称或有效期与申请不一致。", "Its key, name or period differs from the request."), t("不要交付介质，请联系管理员。", "Do not hand over the token; call the administrator.")},
	service.CAConflict: {t("中心已有一份不同的申请", "The centre holds another request of this case"),
		t("同一步曾用不同内容申请过。", "The same step was asked for with other content."), t("请主管查看业务经过后决定。", "Let the supervisor look at the history and decide.")},
	service.NotJoined: {t("本机还没有加入中心", "This station has not joined a centre"),
		t("没有入网就不能申请证书。", "Without joining, no certificate can be asked for."), t("请管理员用入网码加入中心。", "The administrator must join it with a join code.")},
	service.JoinBad: {t("入网码不对", "The join code is not right"),
		t("读不出来，或与中心的指纹不符。", "It cannot be read, or does not fit the centre's fingerprint."), t("对照中心发的原件重新输入。", "Type it again from the centre's original.")},
	service.JoinExpired: {t("入网码已过期", "The join code has expired"),
		t("入网码只在限定时间内有效。", "It is good for a limited time only."), t("请中心重新发一个。", "Ask the centre for a new one.")},
	service.JoinUsed: {t("入网码已用过", "The join code was used already"),
		t("一个入网码只能用一次。", "It works once only."), t("请中心重新发一个；不是本机用的请立即报告。", "Ask for a new one; if this station did not use it, report it at once.")},
	service.JoinOther: {t("这个数据文件夹属于另一个工作站", "This data folder is another station's"),
		t("它是工作站 {station} 的，编号、收据和事件不能混用。", "It belongs to station {station}; numbers, receipts and events must not mix."),
		t("换一个数据文件夹（--data）加入，原文件夹留给原工作站。", "Join with another data folder (--data); leave this one to its station.")},
	service.StationUnknown: {t("中心不认识本机", "The centre does not know this station"),
		t("本机没有登记，或登记已被注销。", "It is not registered, or was revoked."), t("请管理员联系中心。", "The administrator must call the centre.")},
	service.VerifyFailed: {t("交付前检查没有通过：{check}", "A check before hand-over failed: {check}"),
		t("介质上的内容与应有的不一致。", "What is on the token is not what should be."), t("不要交付。按 F10 重写一次，仍不行换一枚介质。", "Do not hand it over. Press F10 to write again, or take another token.")},
	service.CentreBare: {t("中心还没有初始化", "The centre is not initialised"),
		t("数据库里没有根证书和签发密钥。", "Its store has no root and no issuing key."), t("先执行 certdesk-ca init。", "Run certdesk-ca init first.")},
	service.CentreExists: {t("中心已经初始化过", "The centre is initialised already"),
		t("再次初始化会丢掉现有的根。", "Doing it again would lose the present root."), t("直接启动服务，或换一个数据库。", "Start it, or choose another database.")},
	service.EventGap: {t("上传的记录缺了一段", "Events are missing"),
		t("应是第 {want} 条，收到第 {have} 条。", "Number {want} was due, {have} came."), t("再同步一次，程序会从缺的一条补传。", "Sync again; it resends from the missing one.")},
	service.EventFork: {t("同一编号有两条不同的记录", "Two different events bear one number"),
		t("第 {epoch} 期第 {seq} 条：可能两台机器用了同一份数据。", "Epoch {epoch}, number {seq}: two machines may run on one set of data."), t("两台都停止办理，请管理员查明。", "Stop both and call the administrator.")},
}

// papers are the codes of printing.
var papers = map[service.Code]entry{
	service.PrintFailed: {t("打印没有成功[：{what}]", "Printing failed[: {what}]"),
		t("文书已保存，可以补打。", "The paper is kept and can be printed again."), t("检查打印机后在业务详情里补打。", "Check the printer, then print it from the case's page.")},
	service.PrintContent: {t("文书排不出来：{block}", "The paper cannot be set: {block}"),
		t("{reason}", "{reason}"), t("检查录入的内容；仍不行请联系管理员。", "Check what was entered; otherwise call the administrator.")},
	service.PaperFolder: {t("文书文件夹不能写入", "The paper folder cannot be written"),
		t("{path} 不存在或没有权限。", "{path} is missing or not writable."), t("请管理员建好文件夹；文书会自动补出。", "The administrator must set it right; papers then come by themselves.")},
	service.PaperDisk: {t("存放文书的磁盘已满", "The disk for papers is full"),
		t("{path} 没有空间了。", "There is no room at {path}."), t("请管理员清理磁盘；文书会自动补出。", "The administrator must free space; papers then come by themselves.")},
	service.PaperDiffers: {t("已有同名但内容不同的文书", "Another paper of this name is there"),
		t("{path} 与要写的不一样，没有覆盖。", "{path} differs and was not overwritten."), t("请管理员查看后移走旧文件。", "The administrator must look at it and move it away.")},
}
