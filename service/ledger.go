package service

import "time"

// Method is how a customer pays.
type Method string

// Methods in the order of their digits on the fee page.
const (
	Cash     Method = "cash"     // 现金
	Card     Method = "card"     // 刷卡
	Transfer Method = "transfer" // 转账
	Mobile   Method = "mobile"   // 支付宝/微信
	Contract Method = "contract" // 合同
	Quota    Method = "quota"    // 政府统采
)

// Methods lists them in order.
func Methods() []Method { return []Method{Cash, Card, Transfer, Mobile, Contract, Quota} }

var methodTitles = map[Method]Text{
	Cash: T("现金", "Cash"), Card: T("刷卡", "Card"), Transfer: T("转账", "Transfer"),
	Mobile: T("支付宝/微信", "Alipay/WeChat"), Contract: T("合同", "Contract"), Quota: T("政府统采", "Government quota"),
}

// Title is the method as shown.
func (m Method) Title() Text { return methodTitles[m] }

// FeeLine is one line of a charge.
type FeeLine struct {
	Item     string `json:"item"`  // tariff key: service, medium, seal, reissue …
	Label    string `json:"label"` // Chinese, for paper
	Quantity int    `json:"quantity"`
	Unit     Money  `json:"unit"`
	Amount   Money  `json:"amount"`
}

// Payment is money taken by one method. Append only.
type Payment struct {
	ID      string    `json:"id"`
	Case    string    `json:"case"`
	Receipt string    `json:"receipt"`
	Method  Method    `json:"method"`
	Amount  Money     `json:"amount"`  // what counts against the fee
	Given   Money     `json:"given"`   // cash handed over
	Change  Money     `json:"change"`  // cash handed back
	TradeNo string    `json:"tradeNo"` // card slip, transfer or wallet number
	By      Stamp     `json:"by"`
	Updated time.Time `json:"updated"`
}

// Receipt is a numbered voucher, gapless per station range. Append only; a void or reprint is counted beside it.
type Receipt struct {
	No        string    `json:"no"` // R-0043-000217
	Case      string    `json:"case"`
	Lines     []FeeLine `json:"lines"`
	Total     Money     `json:"total"`
	AuditHead string    `json:"auditHead"` // hex of the chain's head when it was written
	By        Stamp     `json:"by"`
}

// Entry is one double entry of the ledger: Amount moves from Credit to Debit. Append only; a correction is a new entry.
type Entry struct {
	Seq    int64     `json:"seq"`
	Case   string    `json:"case"`
	Debit  string    `json:"debit"`  // account: cash, card … (money in hand), or receivable
	Credit string    `json:"credit"` // account: fee:<item>, or receivable
	Amount Money     `json:"amount"` // always positive
	Ref    string    `json:"ref"`    // receipt number
	At     time.Time `json:"at"`
}

// StockState is where a token stands in the books.
type StockState string

// Stock states.
const (
	StockIn     StockState = "in"
	StockIssued StockState = "issued"
	StockBad    StockState = "bad"
	StockDead   StockState = "dead"  // its SO PIN is locked: nobody can open it any more
	StockStaff  StockState = "staff" // a member of staff's own: stays plugged in, never a job's
)

// StockItem is one token in the books.
type StockItem struct {
	Serial string     `json:"serial"`
	Model  string     `json:"model"`
	State  StockState `json:"state"`
	Case   string     `json:"case"`
	At     time.Time  `json:"at"`
}

// Paper is a document as it was made: the content is kept (sealed), the pages are drawn from it again at need.
type Paper struct {
	ID      string    `json:"id"`
	Case    string    `json:"case"`
	Kind    DocKind   `json:"kind"`
	No      string    `json:"no"`
	Doc     Document  `json:"doc"`
	Reprint int       `json:"reprint"`
	At      time.Time `json:"at"`
}

// SpoolState is how far a print job is.
type SpoolState string

// Spool states.
const (
	SpoolQueued SpoolState = "queued"
	SpoolDone   SpoolState = "done"
	SpoolFailed SpoolState = "failed"
)

// SpoolJob is a paper waiting for its printer.
type SpoolJob struct {
	ID    string     `json:"id"`
	Paper string     `json:"paper"`
	Name  string     `json:"name"` // file or job name: case, kind, number
	State SpoolState `json:"state"`
	Tries int        `json:"tries"`
	Cause Code       `json:"cause"`
	At    time.Time  `json:"at"`
}

// Event is one thing the centre must learn (DESIGN 9). Hash chains to Prev; Signature is the station's events key over Hash.
type Event struct {
	Epoch     int       `json:"epoch"`
	Seq       int64     `json:"seq"`
	Type      string    `json:"type"`
	Body      []byte    `json:"body"` // JSON; sealed at rest
	Prev      []byte    `json:"prev"`
	Hash      []byte    `json:"hash"`
	Signature []byte    `json:"signature"`
	At        time.Time `json:"at"`
}

// AuditRow is one row of the chain. Detail names no person.
type AuditRow struct {
	Seq       int64     `json:"seq"`
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"`
	Act       string    `json:"act"`
	Subject   string    `json:"subject"` // case, receipt, token or staff id
	Detail    string    `json:"detail"`
	Prev      []byte    `json:"prev"`
	Hash      []byte    `json:"hash"`
	Signature []byte    `json:"signature"`
}
