package text

import "certdesk/service"

// reasons are the short causes that the centre, the checks of an answer and the audit give, as words. One that is not listed is
// shown as it came.
var reasons = map[string]service.Text{
	// The centre refuses (service/ca).
	"profile":    service.T("中心没有这种证书模板", "the centre has no such certificate profile"),
	"days":       service.T("期限不在允许范围内", "the term is outside what is allowed"),
	"public-key": service.T("公钥不合要求", "the public key will not do"),
	"key-taken":  service.T("这把密钥已经给别的持证人发过证书", "this key was certified for another holder already"),
	"required":   service.T("证书模板要求的内容没有填全", "something that the certificate profile asks for is missing"),
	"characters": service.T("含有证书不允许的字符", "it holds characters that a certificate may not hold"),
	"format":     service.T("格式不对", "the format is wrong"),
	"length":     service.T("长度不对", "the length is wrong"),
	"unknown":    service.T("中心没有发过这张证书", "the centre never issued this certificate"),
	"half":       service.T("签名证书和加密证书必须一起确认", "both certificates of a pair must be confirmed together"),
	"revoked":    service.T("证书已吊销", "the certificate is revoked"),
	"withdrawn":  service.T("这次申请已经撤回，不会再签发", "this request was taken back and will not be served"),
	"range":      service.T("号段不对", "the range does not fit"),
	"serial":     service.T("介质序列号不对", "the token's serial number will not do"),
	"generation": service.T("管理 PIN 代次不对", "the generation of the SO PIN is wrong"),
	"possession": service.T("不能证明持有私钥", "possession of the private key is not proved"),
	"protocol":   service.T("与中心的协议版本不符", "the protocol's version does not fit"),
	"listen":     service.T("这个地址不能监听", "this address cannot be listened on"),
	"code":       service.T("入网码有输错的组", "a group of the join code is mistyped"),
	// An answer is not believed (service/sm, cmp, central).
	"expired":     service.T("证书已过期", "a certificate has expired"),
	"not-yet":     service.T("证书还没有生效；请核对本机时间", "a certificate is not valid yet; check this machine's clock"),
	"issuer":      service.T("不是本中心签发的", "it was not issued by this centre"),
	"chain":       service.T("证书链不完整", "the certificate chain is not whole"),
	"path-length": service.T("证书链超过允许的层数", "the chain is longer than allowed"),
	"critical":    service.T("含有不认识的关键扩展", "it holds a critical extension that is not known"),
	"crl":         service.T("吊销列表不可信", "the revocation list is not to be trusted"),
	"crl-time":    service.T("吊销列表已过时", "the revocation list is out of date"),
	"unprotected": service.T("回复没有签名", "the answer is not signed"),
	"protection":  service.T("回复的签名不对", "the answer's signature is wrong"),
	"sender":      service.T("回复不是中心发的", "the answer is not the centre's"),
	"signer":      service.T("签名的人无权签名", "its signer has no right to sign"),
	"transaction": service.T("回复不是这次申请的", "the answer belongs to another request"),
	"nonce":       service.T("回复是重放的", "the answer is a replay"),
	"anchors":     service.T("中心的根证书不对", "the centre's roots are wrong"),
	"fingerprint": service.T("与入网码里的指纹不符", "it does not fit the fingerprint in the join code"),
	"line":        service.T("线路证书不对", "the certificate of the line is wrong"),
	"key":         service.T("签名公钥不是本站登记的那一个", "the signing key is not the one on record"),
	// The audit chain does not hold (service/audit).
	"hash":       service.T("内容被改过", "its content was changed"),
	"prev":       service.T("与上一条接不上", "it does not follow the row before"),
	"missing":    service.T("中间少了记录", "rows are missing"),
	"extra":      service.T("多出一条记录", "there is a row too many"),
	"tail":       service.T("末尾的记录被删掉了", "the end was cut off"),
	"head":       service.T("链头被改过", "the head was changed"),
	"genesis":    service.T("第一条记录不对", "the first row is wrong"),
	"signature":  service.T("签名不对", "the signature is wrong"),
	"anchor":     service.T("与纸面印出的链头不符", "it does not fit the head printed on paper"),
	"unreadable": service.T("有一格读不出来", "a cell cannot be read"),
}
