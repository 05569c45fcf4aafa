package fee

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"certdesk/service"
)

// RangeSetting names the sealed setting that holds the station's receipt range.
const RangeSetting = "receipts/range"

// Range is the block of receipt numbers that the centre allotted to this station (DESIGN 6).
type Range struct {
	Prefix string `json:"prefix"` // R-0430-
	From   int64  `json:"from"`
	To     int64  `json:"to"`
}

// Book is what a charge writes to; each part is a port of the act in progress.
type Book struct {
	Ledger   service.LedgerTx
	Counters service.CounterTx
	Settings service.SettingsView
	Audit    service.AuditView
}

// BookOf takes the parts out of an act.
func BookOf(tx *service.Tx) Book {
	return Book{Ledger: tx.Ledger, Counters: tx.Counters, Settings: tx.Read.Settings, Audit: tx.Read.Audit}
}

// Charge writes the receipt, its payments and their entries for one case: all in the act in progress, so that money, number and
// case stand or fall together. Tenders must add up to the lines exactly (cash change already taken off).
// Errors: FeeShort (due), FeeOver (due), FeeZero, FeeNegative, ReceiptsOut, and Offer's for a tender that is none.
func Charge(b Book, caseNo string, lines []service.FeeLine, tenders []Tender, by service.Stamp) (service.Receipt, error) {
	if err := matches(lines, tenders); err != nil {
		return service.Receipt{}, err
	}
	total := Total(lines)
	no, err := b.number()
	if err != nil {
		return service.Receipt{}, err
	}
	head, err := b.Audit.Head()
	if err != nil {
		return service.Receipt{}, err
	}
	r := service.Receipt{No: no, Case: caseNo, Lines: lines, Total: total, AuditHead: hex.EncodeToString(head.Hash), By: by}
	if err := b.Ledger.AddReceipt(r); err != nil {
		return r, err
	}
	if err := b.pay(r, tenders); err != nil {
		return r, err
	}
	return r, b.enter(r, tenders)
}

// matches holds the tenders against the lines.
func matches(lines []service.FeeLine, tenders []Tender) error {
	for _, l := range lines {
		if l.Amount < 0 {
			return service.E(service.FeeNegative, "fee.Charge", nil, nil)
		}
	}
	total, given := Total(lines), Given(tenders)
	switch {
	case total == 0:
		return service.E(service.FeeZero, "fee.Charge", nil, nil)
	case given < total:
		return service.E(service.FeeShort, "fee.Charge", service.Args{"due": (total - given).String()}, nil)
	case given > total:
		return service.E(service.FeeOver, "fee.Charge", service.Args{"due": total.String()}, nil)
	}
	for _, t := range tenders {
		if err := t.check(); err != nil {
			return err
		}
	}
	return nil
}

// number takes the next receipt number of the range, gapless: an act that fails hands it out again.
func (b Book) number() (string, error) {
	raw, err := b.Settings.Get(RangeSetting)
	if service.IsCode(err, service.NotFound) {
		return "", service.E(service.ReceiptsOut, "fee.number", nil, err)
	}
	if err != nil {
		return "", err
	}
	var r Range
	if err := json.Unmarshal(raw, &r); err != nil || r.From < 1 {
		return "", service.E(service.StoreCorrupt, "fee.number", nil, err)
	}
	n, err := b.Counters.Next(fmt.Sprintf("receipt/%s/%d", r.Prefix, r.From))
	if err != nil {
		return "", err
	}
	if n += r.From - 1; n > r.To {
		return "", service.E(service.ReceiptsOut, "fee.number", nil, nil)
	}
	return fmt.Sprintf("%s%06d", r.Prefix, n), nil
}

func (b Book) pay(r service.Receipt, tenders []Tender) error {
	for i, t := range tenders {
		p := service.Payment{
			ID: fmt.Sprintf("%s/%d", r.No, i+1), Case: r.Case, Receipt: r.No, Method: t.Method, Amount: t.Amount, Given: t.Given, Change: t.Change(),
			TradeNo: t.TradeNo, By: r.By, Updated: r.By.At,
		}
		if err := b.Ledger.AddPayment(p); err != nil {
			return err
		}
	}
	return nil
}

// enter writes both halves: what came in by method against the receivable, and the receivable against each fee item.
func (b Book) enter(r service.Receipt, tenders []Tender) error {
	for _, t := range tenders {
		if err := b.Ledger.AddEntry(entry(r, string(t.Method), "receivable", t.Amount)); err != nil {
			return err
		}
	}
	for _, l := range r.Lines {
		if l.Amount == 0 {
			continue
		}
		if err := b.Ledger.AddEntry(entry(r, "receivable", "fee:"+l.Item, l.Amount)); err != nil {
			return err
		}
	}
	return nil
}

func entry(r service.Receipt, debit, credit string, m service.Money) service.Entry {
	return service.Entry{Case: r.Case, Debit: debit, Credit: credit, Amount: m, Ref: r.No, At: r.By.At}
}
