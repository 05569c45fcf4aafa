package service

import (
	"context"
	"time"
)

// Store keeps everything the station knows.
type Store interface {
	// Read gives one consistent view.
	Read(ctx context.Context, fn func(View) error) error
	// Act runs one act in one transaction: all of it is committed or none. It refuses an act without an audit row (NoAudit)
	// and a case saved under an old version (CaseChanged). fn calls no token, CA or printer.
	Act(ctx context.Context, who Actor, fn func(*Tx) error) error
}

// View is what can be read. Every lookup of one thing gives NotFound (what, id) where it is missing.
type View struct {
	Cases        CaseView
	Customers    CustomerView
	Certificates CertificateView
	Ledger       LedgerView
	Staff        StaffView
	Settings     SettingsView
	Journal      JournalView
	Papers       PaperView
	Outbox       OutboxView
	Audit        AuditView
	Stock        StockView
}

// Tx is an act in progress: it reads through View (its own writes included) and writes through small ports. Now is frozen for the act.
type Tx struct {
	Now   time.Time
	Who   Actor
	Read  View
	Cases CaseTx
	Certs CertificateTx
	// Customers and Staff are the people records.
	Customers CustomerTx
	Staff     StaffTx
	Settings  SettingsTx
	Journal   JournalTx
	Ledger    LedgerTx
	Counters  CounterTx
	Stock     StockTx
	Spool     SpoolTx
	Outbox    OutboxTx
	Audit     AuditTx
}

// CaseQuery selects cases; zero fields select everything. Text matches a case number, an organisation's name or credit code by
// prefix, a token serial or receipt exactly, and a person's name, number or mobile exactly.
type CaseQuery struct {
	Text     string
	Statuses []Status
	Customer string
	Except   string // not this case
	Kind     Kind
	From, To time.Time // created; To exclusive
	Limit    int       // 0: 200
}

// CaseSummary is one row of a case list.
type CaseSummary struct {
	No       string
	Kind     Kind
	Status   Status
	Money    MoneyStatus
	Customer string // name
	Fee      Money
	By       string // who entered it
	Created  time.Time
	Updated  time.Time
}

// CaseView reads visits and cases.
type CaseView interface {
	Visit(id string) (Visit, error)
	Case(no string) (Case, error)
	Find(q CaseQuery) ([]CaseSummary, error) // newest first
	Counts() (map[Status]int, error)         // open statuses that have any case; the closed ones are as many as the years
}

// CaseTx writes visits and cases.
type CaseTx interface {
	PutVisit(v Visit) error
	// PutCase inserts at Version 0, else updates where the stored version equals c.Version (CaseChanged otherwise); it raises
	// c.Version, sets Updated, checks the status transition (CaseStatus) and that reviewer ≠ enterer (SelfReview).
	PutCase(c *Case) error
}

// CustomerView reads customers.
type CustomerView interface {
	Customer(id string) (Customer, error)
	ByNumber(number string) (Customer, error) // credit code or a person's number, normalised
	Find(text string, limit int) ([]Customer, error)
}

// CustomerTx writes customers.
type CustomerTx interface {
	PutCustomer(c Customer) error
	// HolderKey is the search key of a person's number, for Line.HolderID.
	HolderKey(number string) string
}

// CertificateQuery selects certificates; zero fields select everything.
type CertificateQuery struct {
	Line, Case, Token, Customer string
	Limit                       int
}

// CertificateView reads certificates and lines.
type CertificateView interface {
	Certificate(serial string) (Certificate, error)
	Find(q CertificateQuery) ([]Certificate, error)
	Line(id string) (Line, error)
	Lines(customer string) ([]Line, error)
}

// CertificateTx writes certificates and lines.
type CertificateTx interface {
	PutLine(l Line) error
	// PutCertificate inserts or updates; a second valid certificate of the same usage on one line is refused (CaseStatus).
	PutCertificate(c Certificate) error
}

// LedgerView reads money.
type LedgerView interface {
	Receipt(no string) (Receipt, error)
	Payments(caseNo string) ([]Payment, error)
	PaymentsBetween(from, to time.Time) ([]Payment, error)
	Entries(from, to time.Time) ([]Entry, error)
}

// LedgerTx appends money. Nothing is ever updated.
type LedgerTx interface {
	AddReceipt(r Receipt) error
	AddPayment(p Payment) error
	AddEntry(e Entry) error
}

// CounterTx hands out gapless numbers: a number taken in an act that is rolled back is handed out again.
type CounterTx interface {
	// Next raises the named counter by one and returns it; the first is 1.
	Next(name string) (int64, error)
}

// StaffView reads the people of the counter.
type StaffView interface {
	ByLogin(login string) (Staff, error)
	ByID(id string) (Staff, error)
	All() ([]Staff, error)
}

// StaffTx writes the people of the counter.
type StaffTx interface {
	PutStaff(s Staff) error
}

// SettingsView reads named values; they are sealed at rest. NotFound where there is none.
type SettingsView interface {
	Get(name string) ([]byte, error)
	Names(prefix string) ([]string, error)
}

// SettingsTx writes named values.
type SettingsTx interface {
	Set(name string, value []byte) error
	Delete(name string) error
}

// JournalView reads a case's journal in order.
type JournalView interface {
	Entries(caseNo string) ([]JournalEntry, error)
	Latest(caseNo string) ([]JournalEntry, error)
}

// JournalTx appends to a case's journal; Seq and At are set by the store.
type JournalTx interface {
	Append(e JournalEntry) error
}

// StockView reads the books of tokens.
type StockView interface {
	// OfStaff lists the serials booked as StockStaff, in order.
	OfStaff() ([]string, error)
}

// StockTx books tokens.
type StockTx interface {
	PutItem(i StockItem) error
	Item(serial string) (StockItem, error)
}

// PaperView reads papers and print jobs.
type PaperView interface {
	Paper(id string) (Paper, error)
	Papers(caseNo string) ([]Paper, error)
	Jobs(states ...SpoolState) ([]SpoolJob, error)
}

// SpoolTx writes papers and print jobs.
type SpoolTx interface {
	PutPaper(p Paper) error
	PutJob(j SpoolJob) error
}

// OutboxView reads what the centre has not acknowledged yet.
type OutboxView interface {
	Pending(limit int) ([]Event, error)
	Count() (int, error)
}

// OutboxTx appends events and notes acknowledgements.
type OutboxTx interface {
	Append(typ string, body []byte) error
	Acknowledge(epoch int, seq int64) error
}

// AuditView reads the chain.
type AuditView interface {
	Head() (AuditRow, error)
	Rows(from int64, limit int) ([]AuditRow, error)
	Of(subject string) ([]AuditRow, error)
}

// AuditTx appends to the chain. Detail names no person and no secret.
type AuditTx interface {
	Append(act, subject, detail string) error
}
