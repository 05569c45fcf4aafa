package service

import "time"

// CustomerType decides fields, materials and profile.
type CustomerType string

// Customer types.
const (
	Organisation CustomerType = "organisation" // 机构
	StaffOf      CustomerType = "staff"        // 机构个人: a person in an organisation
	Individual   CustomerType = "person"       // 自然人
)

var customerTitles = map[CustomerType]Text{
	Organisation: T("机构", "Organisation"), StaffOf: T("机构个人", "Staff of an organisation"), Individual: T("个人", "Person"),
}

// Title is the customer type as shown.
func (c CustomerType) Title() Text { return customerTitles[c] }

// Person is a natural person. Sealed wherever it is stored.
type Person struct {
	Name   string `json:"name"`
	IDType string `json:"idType"` // a type of service/idcheck
	Number string `json:"number"`
	Mobile string `json:"mobile,omitempty"`
}

// Customer is an organisation or a person known to the station. For a person the name, number and mobile are sealed and found
// by exact match only; an organisation is public and found by prefix.
type Customer struct {
	ID      string       `json:"id"`
	Type    CustomerType `json:"type"` // Organisation or Individual
	Name    string       `json:"name"`
	IDType  string       `json:"idType"`
	Number  string       `json:"number"` // credit code, or the person's number
	Mobile  string       `json:"mobile"`
	Address string       `json:"address"`
	Created time.Time    `json:"created"`
}

// Visit is one customer at the desk: one identity check, one basket.
type Visit struct {
	ID       string    `json:"id"` // V0430-261121-0007
	Customer string    `json:"customer"`
	Agent    Person    `json:"agent"` // 经办人; zero where the person came himself
	Opened   time.Time `json:"opened"`
	Closed   time.Time `json:"closed"`
	By       Stamp     `json:"by"`
}

// Case is the work on one certificate line or one token. Fields is what was typed or chosen, sealed as a whole.
type Case struct {
	No           string            `json:"no"` // B0430-261121-0018
	Version      int64             `json:"version"`
	Visit        string            `json:"visit"`
	Kind         Kind              `json:"kind"`
	Status       Status            `json:"status"`
	Money        MoneyStatus       `json:"money"`
	Customer     string            `json:"customer"`
	CustomerType CustomerType      `json:"customerType"`
	Holder       Person            `json:"holder"` // 持证人; the organisation itself holds where Name is empty
	Project      string            `json:"project"`
	Product      string            `json:"product"`
	Years        int               `json:"years"`
	Line         string            `json:"line"`
	Token        string            `json:"token"`   // pinned serial
	Attempt      int               `json:"attempt"` // 1, then 2 on another token
	Fields       map[string]string `json:"fields"`
	Catalog      string            `json:"catalog"` // version it was opened under
	Fee          Money             `json:"fee"`
	Receipt      string            `json:"receipt"`
	Rejection    string            `json:"rejection"`
	Approved     string            `json:"approved"` // digest of exactly what the reviewer saw
	By           map[Duty]Stamp    `json:"by"`
	Created      time.Time         `json:"created"`
	Updated      time.Time         `json:"updated"`
}

// Line is a certificate line 证书序列: holder × project × product × ordinal. It never holds two valid pairs.
type Line struct {
	ID       string    `json:"id"`
	Customer string    `json:"customer"`
	HolderID string    `json:"holderId"` // search key of the holder's number; "" for the organisation itself
	Project  string    `json:"project"`
	Product  string    `json:"product"`
	Ordinal  int       `json:"ordinal"`
	Created  time.Time `json:"created"`
}

// CertStatus is the status of a certificate.
type CertStatus string

// Certificate statuses; Expired is computed from the clock.
const (
	CertValid   CertStatus = "valid"
	CertHold    CertStatus = "hold"
	CertRevoked CertStatus = "revoked"
	CertExpired CertStatus = "expired"
)

var certTitles = map[CertStatus]Text{
	CertValid: T("有效", "Valid"), CertHold: T("冻结", "On hold"), CertRevoked: T("已吊销", "Revoked"), CertExpired: T("已过期", "Expired"),
}

// Title is the certificate status as shown.
func (c CertStatus) Title() Text { return certTitles[c] }

// Certificate is one issued certificate as the station knows it. Subject and DER may name a person: sealed.
type Certificate struct {
	Serial    string     `json:"serial"` // upper-case hex
	Usage     KeyUsage   `json:"usage"`
	Line      string     `json:"line"`
	Case      string     `json:"case"`
	Subject   string     `json:"subject"`
	DER       []byte     `json:"der"`
	Status    CertStatus `json:"status"`
	NotBefore time.Time  `json:"notBefore"`
	NotAfter  time.Time  `json:"notAfter"`
	Token     string     `json:"token"` // serial of the token it is on; "" until proved on it
}

// StatusAt is the status with expiry taken into account.
func (c Certificate) StatusAt(now time.Time) CertStatus {
	if c.Status != CertRevoked && now.After(c.NotAfter) {
		return CertExpired
	}
	return c.Status
}

// StepState is how far a step of a case is.
type StepState string

// Step states as journaled.
const (
	StepStarted StepState = "started" // written before the act
	StepDone    StepState = "done"    // written after it
	StepFailed  StepState = "failed"  // the act answered with an error; nothing irreversible is claimed
	StepUndone  StepState = "undone"  // reopened: gone back, sent back, or compensated
)

// JournalEntry is one line of a case's journal. Data is sealed.
type JournalEntry struct {
	Seq     int64             `json:"seq"` // per case, from 1
	Case    string            `json:"case"`
	Step    string            `json:"step"`
	Attempt int               `json:"attempt"`
	State   StepState         `json:"state"`
	Code    Code              `json:"code"` // of a failed step
	Data    map[string]string `json:"data"`
	By      Stamp             `json:"by"`
}
