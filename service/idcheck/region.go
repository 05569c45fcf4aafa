package idcheck

import "certdesk/service"

// province names a two-digit code of GB/T 2260; 83 is the code of Taiwan residents' residence permits.
func province(code string) (service.Text, bool) {
	switch code {
	case "71", "83":
		return service.T("台湾", "Taiwan"), true
	case "81":
		return service.T("香港", "Hong Kong"), true
	case "82":
		return service.T("澳门", "Macao"), true
	}
	return mainland(code)
}

func mainland(code string) (service.Text, bool) {
	for _, p := range provinces {
		if p.code == code {
			return p.name, true
		}
	}
	return service.Text{}, false
}

var provinces = [...]struct {
	code string
	name service.Text
}{
	{"11", service.T("北京", "Beijing")},
	{"12", service.T("天津", "Tianjin")},
	{"13", service.T("河北", "Hebei")},
	{"14", service.T("山西", "Shanxi")},
	{"15", service.T("内蒙古", "Inner Mongolia")},
	{"21", service.T("辽宁", "Liaoning")},
	{"22", service.T("吉林", "Jilin")},
	{"23", service.T("黑龙江", "Heilongjiang")},
	{"31", service.T("上海", "Shanghai")},
	{"32", service.T("江苏", "Jiangsu")},
	{"33", service.T("浙江", "Zhejiang")},
	{"34", service.T("安徽", "Anhui")},
	{"35", service.T("福建", "Fujian")},
	{"36", service.T("江西", "Jiangxi")},
	{"37", service.T("山东", "Shandong")},
	{"41", service.T("河南", "Henan")},
	{"42", service.T("湖北", "Hubei")},
	{"43", service.T("湖南", "Hunan")},
	{"44", service.T("广东", "Guangdong")},
	{"45", service.T("广西", "Guangxi")},
	{"46", service.T("海南", "Hainan")},
	{"50", service.T("重庆", "Chongqing")},
	{"51", service.T("四川", "Sichuan")},
	{"52", service.T("贵州", "Guizhou")},
	{"53", service.T("云南", "Yunnan")},
	{"54", service.T("西藏", "Tibet")},
	{"61", service.T("陕西", "Shaanxi")},
	{"62", service.T("甘肃", "Gansu")},
	{"63", service.T("青海", "Qinghai")},
	{"64", service.T("宁夏", "Ningxia")},
	{"65", service.T("新疆", "Xinjiang")},
}
