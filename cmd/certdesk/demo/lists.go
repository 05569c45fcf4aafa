package demo

import "strings"

// home is a district with its code of GB/T 2260; all of them share the area code 0731.
type home struct {
	code, name string
	streets    []string
}

var homes = []home{
	{"430102", "湖南省长沙市芙蓉区", []string{"五一大道", "韶山北路", "人民东路"}},
	{"430103", "湖南省长沙市天心区", []string{"芙蓉中路三段", "书院路", "湘府中路"}},
	{"430104", "湖南省长沙市岳麓区", []string{"麓谷大道", "金星中路", "潇湘中路"}},
	{"430105", "湖南省长沙市开福区", []string{"湘江中路一段", "三一大道", "芙蓉北路"}},
	{"430111", "湖南省长沙市雨花区", []string{"劳动东路", "万家丽中路", "香樟路"}},
	{"430121", "湖南省长沙市长沙县", []string{"星沙大道", "开元东路", "东六线"}},
	{"430202", "湖南省株洲市荷塘区", []string{"新华西路", "红旗中路"}},
	{"430304", "湖南省湘潭市岳塘区", []string{"芙蓉中路", "建设南路"}},
}

// birthplaces are codes that were in use when today's adults were registered.
var birthplaces = []string{
	"430102", "430103", "430104", "430105", "430111", "430121", "430181", "430202", "430304", "430408", "420106", "360103", "440106", "520103",
}

var (
	surnames = strings.Fields("王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 " +
		"苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史")
	maleNames   = strings.Fields("伟 强 磊 军 勇 杰 涛 明 超 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 帆 帅 旭 宁 龙 林 峰 志 建 国 文 海 兴 永 安 德 立")
	femaleNames = strings.Fields("芳 娜 敏 静 丽 艳 娟 霞 燕 玲 婷 雪 梅 琳 倩 颖 洁 慧 莉 萍 红 玉 兰 英 华 云 佳 欣 怡 雅 晓 思 梦 诗 瑶 琪 薇 菲 春 秀")

	mobilePrefixes = strings.Fields("130 131 132 135 136 137 138 139 150 151 152 155 158 159 173 176 177 180 181 182 185 186 187 188 189 191 198 199")
)

// rareName is one of three shapes: a given name for any surname; a compound surname (surname is true); or a whole name with
// the place its bearer was born and his sex.
type rareName struct {
	name    string
	surname bool
	region  string
	male    bool
}

// Any three neighbours hold one character outside GBK but in the BMP, one beyond the BMP, and one long shape.
var rareNames = []rareName{
	{name: "䶮"}, // U+4DAE, extension A
	{name: "𬭳"}, // U+2CB73, extension E
	{name: "阿卜杜拉·买买提", region: "653101", male: true},
	{name: "㛃"}, // U+36C3, extension A
	{name: "𠅤"}, // U+20164, extension B
	{name: "欧阳", surname: true},
	{name: "䶮"},
	{name: "𬭳"},
	{name: "古丽娜尔·艾合买提", region: "650102"},
	{name: "㛃"},
	{name: "𠅤"},
	{name: "司马", surname: true},
}

var (
	orgPlaces = []string{"湖南", "长沙", "株洲", "湘潭"}
	orgFirst  = strings.Split("楚湘岳麓华中天宏泰鼎恒瑞金银新远博智云锦盛嘉永信诚达汇创启星", "")
	orgSecond = strings.Split("禹源通和润达拓铭辰景泽川海峰成业邦联科安图维腾翔宇航晟凯洋德", "")
	orgTrades = []string{
		"科技", "信息技术", "网络科技", "建设工程", "建筑工程", "市政工程", "园林景观", "工程咨询", "工程监理", "招标代理", "勘察设计", "装饰设计",
		"机电设备", "环保科技", "医疗器械", "物业管理", "人力资源", "财务咨询", "供应链管理", "商贸",
	}
	orgForms = []string{"有限公司", "有限责任公司", "股份有限公司"}
)

type asked struct {
	text    string
	answers []string
}

var personQuestions = []asked{
	{"您就读的小学名称？", []string{"砂子塘小学", "育英小学", "枫树山小学", "大同小学", "青园小学"}},
	{"您的出生城市？", []string{"长沙", "株洲", "衡阳", "岳阳", "武汉", "南昌"}},
	{"您父亲的生日（月日）？", []string{"0315", "0728", "1102", "0909", "1224"}},
	{"您第一位班主任的姓氏？", []string{"黄", "欧阳", "刘", "谭", "易"}},
	{"您最喜欢的一道菜？", []string{"剁椒鱼头", "小炒黄牛肉", "辣椒炒肉", "东安鸡"}},
}

var orgQuestions = []asked{
	{"贵单位成立的月份？", []string{"3月", "5月", "8月", "11月"}},
	{"贵单位基本账户的开户银行？", []string{"长沙银行", "建设银行", "工商银行", "农业银行"}},
	{"贵单位第一任负责人的姓氏？", []string{"周", "谭", "欧阳", "李", "彭"}},
}
