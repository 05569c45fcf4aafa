package fee

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"certdesk/service"
)

// Names of sealed settings about receipt numbers.
const (
	RangeSetting = "receipts/range" // the blocks allotted to this station, a JSON list in the order of use
	LowSetting   = "receipts/low"   // the end of the last block, once it is nearly used up: time to ask for another
)

// lowWater is how many numbers are left when another block is asked for; a busy hall uses so many in a few days.
const lowWater = 500

// Range is a block of receipt numbers that the centre allotted to this station (DESIGN 6).
type Range struct {
	Prefix string `json:"prefix"` // R-0430-
	From   int64  `json:"from"`
	To     int64  `json:"to"`
}

// AddRange puts another block behind those the station has; one that is there already changes nothing.
func AddRange(have []byte, r Range) ([]byte, error) {
	var list []Range
	if len(have) > 0 {
		if err := json.Unmarshal(have, &list); err != nil {
			return nil, service.E(service.StoreCorrupt, "fee.AddRange", nil, err)
		}
	}
	for _, old := range list {
		if old == r {
			return have, nil
		}
	}
	return json.Marshal(append(list, r))
}

// Book is what a charge writes to; each part is a port of the act in progress.
type Book struct {
	Ledger   service.LedgerTx
	Counters service.CounterTx
	Settings service.SettingsView
	Audit    service.AuditView
	Wishes   service.SettingsTx // where it is noted that numbers run low
}

// BookOf takes the parts out of an act.
func BookOf(tx *service.Tx) Book {
	return Book{Ledger: tx.Ledger, Counters: tx.Counters, Settings: tx.Read.Settings, Audit: tx.Read.Audit, Wishes: tx.Settings}
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

// number takes the next receipt number, gapless: an act that fails hands it out again. A block that is used up is followed by the
// next one.
func (b Book) number() (string, error) {
	list, err := b.ranges()
	if err != nil {
		return "", err
	}
	for i, r := range list {
		n, err := b.Counters.Next(fmt.Sprintf("receipt/%s/%d", r.Prefix, r.From))
		if err != nil {
			return "", err
		}
		if n += r.From - 1; n <= r.To {
			return fmt.Sprintf("%s%06d", r.Prefix, n), b.runsLow(i == len(list)-1, r, n)
		}
	}
	return "", service.E(service.ReceiptsOut, "fee.number", nil, nil)
}

// ranges are the station's blocks. ReceiptsOut where it has none, StoreCorrupt where one makes no sense.
func (b Book) ranges() ([]Range, error) {
	raw, err := b.Settings.Get(RangeSetting)
	if service.IsCode(err, service.NotFound) {
		return nil, service.E(service.ReceiptsOut, "fee.ranges", nil, err)
	}
	if err != nil {
		return nil, err
	}
	var list []Range
	err = json.Unmarshal(raw, &list)
	for _, r := range list {
		if r.From < 1 {
			err = errors.Join(err, fmt.Errorf("block from %d", r.From))
		}
	}
	if err != nil {
		return nil, service.E(service.StoreCorrupt, "fee.ranges", nil, err)
	}
	return list, nil
}

// runsLow notes that the last block is nearly used up.
func (b Book) runsLow(last bool, r Range, n int64) error {
	if !last || r.To-n >= lowWater || b.Wishes == nil {
		return nil
	}
	return b.Wishes.Set(LowSetting, strconv.AppendInt(nil, r.To, 10))
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
