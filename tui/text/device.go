package text

import "certdesk/service"

// device are the codes of token models and of the libraries that reach them.
var device = map[service.Code]entry{
	service.TokenLibrary: {t("介质的驱动程序用不了：{reason}", "The token's driver library cannot be used: {reason}"),
		t("文件 {file}[（{detail}）]", "File {file}[ ({detail})]"),
		t("请管理员安装厂商的驱动，或用 --module 指定文件、--profile 指定型号。软 UKey 不受影响。", "The administrator must install the maker's driver, or name the file with --module and the model with --profile. Soft UKeys are not affected.")},
	service.TokenHostDied: {t("介质的驱动程序崩溃了", "The token's driver library crashed"),
		t("厂商的程序（{driver}）自己退出了[（{reason}）]；工作站没有受影响，最后一步有没有完成还不知道。", "The maker's program ({driver}) ended by itself[ ({reason})]; the station is unharmed. Whether the last step finished is not known."),
		t("按 F10 继续：程序会重新启动驱动，先查明再往下办。反复出现请管理员更新驱动。", "Press F10: the driver is started anew, and the program finds out first. If it keeps happening, the administrator must update the driver.")},
	service.TokenHung: {t("介质的驱动程序没有反应", "The token's driver library does not answer"),
		t("{op} 等了 {seconds} 秒，已把驱动程序（{driver}）关掉。最后一步有没有完成还不知道。", "{op} was waited for {seconds} s, then the driver ({driver}) was ended. Whether the last step finished is not known."),
		t("介质拔下重插一次，按 F10 继续；程序会先查明再往下办。", "Reinsert the token, then press F10; the program finds out first.")},
	service.TokenUnnamed: {t("介质还没有序列号", "The token has no serial number yet"),
		t("这种介质初始化以后才有序列号；没有序列号就不能登记，也不能生成它的管理 PIN。", "This model has one only once it is initialised; without it the token cannot be booked, nor can its SO PIN be made."),
		t("换一枚，或请管理员先用厂商工具初始化（管理 PIN 按型号文件设置）。", "Take another, or have the administrator initialise it with the maker's tool first, with the SO PIN of the profile.")},
	service.TokenProtected: {t("介质是写保护的", "The token is write-protected"),
		t("介质 {serial} 不接受任何改动。", "Token {serial} takes no change."), t("打开写保护开关，或换一枚。", "Release its switch, or take another token.")},
	service.ProfileBad: {t("介质型号文件第 {line} 行不对：{key}", "Line {line} of the token profile is wrong: {key}"),
		t("{rule}[：{value}][；可以写：{allowed}]", "{rule}[: {value}][; allowed: {allowed}]"), t("改正这一行再启动；各项写法见 docs/token-profiles.md。", "Correct that line and start again; docs/token-profiles.md explains every name.")},
}
