package text

import "certdesk/service"

// machine are the codes of the machine that the station runs on.
var machine = map[service.Code]entry{
	service.DiskLow: {t("磁盘快满了，只剩 {free}", "The disk is nearly full: {free} left"),
		t("{path} 所在的磁盘至少要留出 {need}。", "The disk of {path} needs {need} at least."),
		t("请管理员清理磁盘；写满之前业务照常办理，写满以后什么也保存不了。", "The administrator must free space; serving goes on until it is full, then nothing can be saved.")},
	service.StoreRemote: {t("数据文件夹在网络盘上（{kind}）", "The data folder is on a network drive ({kind})"),
		t("{path} 不在本机磁盘上；数据库放在网络盘会损坏。", "{path} is not on a disk of this machine; a database on a network drive gets damaged."),
		t("把数据文件夹放到本机磁盘，用 --data 指定。", "Put the data folder on a disk of this machine and name it with --data.")},
	service.StoreGone: {t("数据库不见了", "The database is gone"),
		t("{key} 是一个数据库的密钥，{path} 里却没有它。什么也没有新建。", "{key} is the key of a database that is not in {path}. Nothing new was made."),
		t("请管理员放回数据文件夹或它的备份；确实要从头建站，先移走这个密钥文件。", "The administrator must bring the folder or its backup back; to begin anew on purpose, move that key file away first.")},
	service.ClockBack: {t("本机时钟比最后一次办理还早", "This machine's clock stands before the last act"),
		t("现在是 {now}，最后一次操作记在 {last}。", "It says {now}; the last act was recorded at {last}."),
		t("先校准日期和时间再办理；关机后又变慢的，请管理员更换主板电池。", "Set date and time before serving; if they are lost again, the administrator must change the board's battery.")},
	service.CAClock: {t("本机时钟比中心{reason} {minutes} 分钟", "This machine's clock is {minutes} minutes {reason}"),
		t("时间相差太多，中心不受理，证书的有效期也对不上。", "With times so far apart the centre takes no request, and periods of certificates do not fit."),
		t("校准本机日期和时间后从这一步继续；业务没有丢失。", "Set this machine's date and time, then go on from here; nothing is lost.")},
	service.KeyExposed: {t("别人也能读取数据密钥（权限 {mode}）", "Others may read the data key (mode {mode})"),
		t("{path} 应当只有运行工作站的用户能读。", "{path} must be readable by the station's own user only."),
		t("请管理员把权限改为 600，并查清有没有人拿走过。", "The administrator must set its mode to 600 and find out whether anybody took it.")},
	service.FolderDemo: {t("这是演示大厅的数据", "This is a demo hall's data"),
		t("{path} 里的人员、客户和中心都是演示用的。", "People, customers and centre in {path} are invented."),
		t("正式办理请换一个数据文件夹（--data）；看演示用 certdesk demo。", "To serve, use another data folder (--data); to see the demo, run certdesk demo.")},
	service.FolderLive: {t("这是正式工作站的数据，不能用来演示", "This is a real station's data; no demo runs on it"),
		t("{path} 已经加入真正的中心。", "{path} has joined a real centre."),
		t("演示请换一个数据文件夹（--data）；原数据没有改动。", "Give the demo another data folder (--data); this one was not touched.")},
}
