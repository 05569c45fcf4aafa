package flowtest

// CatalogTOML is the counter's catalog: project 01 takes the fee first and has a product without a fee, project 02 reviews first and
// charges for an unlock.
const CatalogTOML = `
title = "测试目录"

[place]
province = "湖南省"
city = "长沙市"

[[project]]
code = "01"
name = "公共资源交易"
review = "after-fee"
agreement = "第一条 测试协议。"

[[project.product]]
code = "11"
name = "机构数字证书"
customer = "organisation"
profile = "org-sm2"
alg = "sm2"
years = [1, 2]
fee = [
  { kind = "1001", item = "service", label = "证书服务费（年）", price = "200.00", per_year = true },
  { kind = "1001", item = "medium", label = "UKey 介质费", price = "80.00" },
]
material = [ { kind = "1001", code = "licence", copies = 1, vital = true, label = { zh = "营业执照", en = "Licence" } } ]
field = [ { name = "grade", label = { zh = "资质等级", en = "Grade" }, required = true, max = 20 } ]

[[project.product]]
code = "12"
name = "机构个人数字证书"
customer = "staff"
profile = "staff-sm2"
alg = "sm2"
years = [1]
fee = [ { kind = "1001", item = "service", label = "证书服务费（年）", price = "80.00", per_year = true } ]
material = [ { kind = "1001", code = "holder-id", copies = 1, vital = true, label = { zh = "持证人身份证", en = "Holder's ID" } } ]

[[project.product]]
code = "13"
name = "个人数字证书"
customer = "person"
profile = "person-sm2"
alg = "sm2"
years = [1]
fee = [ { kind = "1001", item = "service", label = "证书服务费（年）", price = "40.00", per_year = true } ]
material = [ { kind = "1001", code = "own-id", copies = 1, vital = true, label = { zh = "本人身份证", en = "ID" } } ]

[[project.product]]
code = "19"
name = "免费三天证书"
customer = "organisation"
profile = "org-sm2"
alg = "sm2"
days = 3
fee = [ { kind = "1001", item = "service", label = "服务费", price = "0.00" } ]

[[project]]
code = "02"
name = "税务"
review = "before-fee"
agreement = "第一条 测试协议。"

[[project.product]]
code = "21"
name = "机构数字证书"
customer = "organisation"
profile = "org-sm2"
alg = "sm2"
years = [1]
fee = [ { kind = "1001", item = "service", label = "证书服务费（年）", price = "300.00", per_year = true } ]

[[project.service]]
kind = "2001"
item = "unlock"
label = "解锁服务费"
price = "20.00"
review = true
material = [ { code = "ukey", copies = 0, vital = true, label = { zh = "待解锁的 UKey", en = "The UKey" } } ]
`
