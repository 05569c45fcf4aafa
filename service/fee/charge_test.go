package fee_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"certdesk/db"
	"certdesk/service"
	"certdesk/service/fee"
)

var by = service.Stamp{Staff: "S01", Name: "王芳", At: time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)}

// till is a real store with a receipt range.
type till struct {
	testing.TB
	store *db.Store
	cases int
}

func newTill(t testing.TB, r fee.Range) *till {
	t.Helper()
	env := service.Env{Now: func() time.Time { return by.At }, Rand: rand.Reader, NewID: func() string { return "id" }}
	store, err := db.Open(context.Background(), db.Config{Dir: t.TempDir(), Master: bytes.Repeat([]byte{7}, db.KeySize), Env: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	k := &till{TB: t, store: store}
	raw, err := json.Marshal([]fee.Range{r})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.act(func(tx *service.Tx) error { return tx.Settings.Set(fee.RangeSetting, raw) }); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *till) act(fn func(*service.Tx) error) error {
	return k.store.Act(context.Background(), service.StationActor(), func(tx *service.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Audit.Append("test", "till", "")
	})
}

// charge books a fee for a case of its own.
func (k *till) charge(lines []service.FeeLine, tenders []fee.Tender) (r service.Receipt, err error) {
	k.cases++
	no := fmt.Sprintf("B%06d", k.cases)
	err = k.act(func(tx *service.Tx) error {
		if err := tx.Cases.PutCase(&service.Case{No: no, Status: service.Draft, Created: by.At}); err != nil {
			return err
		}
		r, err = fee.Charge(fee.BookOf(tx), no, lines, tenders, by)
		return err
	})
	return r, err
}

func line(m service.Money) []service.FeeLine {
	return []service.FeeLine{{Item: "service", Label: "服务费", Quantity: 1, Unit: m, Amount: m}}
}

// books is everything booked so far.
type books struct {
	entries []service.Entry
	paid    []service.Payment
}

func (k *till) books() (b books) {
	k.Helper()
	err := k.store.Read(context.Background(), func(v service.View) (err error) {
		if b.entries, err = v.Ledger.Entries(time.Time{}, by.At.AddDate(1, 0, 0)); err != nil {
			return err
		}
		b.paid, err = v.Ledger.PaymentsBetween(time.Time{}, by.At.AddDate(1, 0, 0))
		return err
	})
	if err != nil {
		k.Fatal(err)
	}
	return b
}

// TestChargeProperty: any row of fees and tenders, made up or offered, is either refused whole or books exactly the fee; entries
// balance, and receipt numbers follow each other whatever was refused in between.
func TestChargeProperty(t *testing.T) {
	k := newTill(t, fee.Range{Prefix: "R-", From: 1, To: 1 << 40})
	receipts := 0
	amount := rapid.Int64Range(-300, 30_000)
	rapid.Check(t, func(r *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) service.FeeLine {
			m := service.Money(rapid.Int64Range(0, 20_000).Draw(r, "fee"))
			return service.FeeLine{Item: rapid.SampledFrom([]string{"service", "medium"}).Draw(r, "item"), Quantity: 1, Unit: m, Amount: m}
		}), 0, 3).Draw(r, "lines")
		tenders := drawTenders(r, fee.Total(lines), amount)
		before := k.books()
		got, err := k.charge(lines, tenders)
		after := k.books()
		if err != nil {
			if service.CodeOf(err) == service.Internal || len(after.paid) != len(before.paid) || len(after.entries) != len(before.entries) {
				r.Fatalf("refused with %v and booked", err)
			}
			return
		}
		receipts++
		checkBooked(r, got, fee.Total(lines), after, before)
		if want := fmt.Sprintf("R-%06d", receipts); got.No != want {
			r.Fatalf("receipt %s, want %s", got.No, want)
		}
	})
	if receipts == 0 {
		t.Fatal("nothing was ever booked: the property says nothing")
	}
}

// drawTenders offers most of them as the fee page does, and makes some up.
func drawTenders(r *rapid.T, due service.Money, amount *rapid.Generator[int64]) (ts []fee.Tender) {
	methods := append(service.Methods(), "cheque")
	for range rapid.IntRange(0, 4).Draw(r, "tenders") {
		m := rapid.SampledFrom(methods).Draw(r, "method")
		no := rapid.SampledFrom([]string{"", "T1", "a b", "号"}).Draw(r, "number")
		given := service.Money(amount.Draw(r, "given"))
		if rapid.Bool().Draw(r, "exact") {
			given = due - fee.Given(ts)
		}
		t, err := fee.Offer(m, given, due-fee.Given(ts), no)
		if err != nil && rapid.IntRange(0, 3).Draw(r, "forge") == 0 {
			t = fee.Tender{Method: m, Given: given, Amount: service.Money(amount.Draw(r, "amount")), TradeNo: no}
			err = nil
		}
		if err == nil {
			ts = append(ts, t)
		}
	}
	return ts
}

func checkBooked(r *rapid.T, got service.Receipt, total service.Money, after, before books) {
	var paid, in, out service.Money
	for _, p := range after.paid[len(before.paid):] {
		if p.Amount <= 0 || p.Given < p.Amount || p.Change != p.Given-p.Amount || p.Change > 0 && p.Method != service.Cash || p.Receipt != got.No {
			r.Fatalf("payment %+v", p)
		}
		paid += p.Amount
	}
	for _, e := range after.entries[len(before.entries):] {
		if e.Amount <= 0 || e.Ref != got.No {
			r.Fatalf("entry %+v", e)
		}
		if e.Debit == "receivable" {
			out += e.Amount
		}
		if e.Credit == "receivable" {
			in += e.Amount
		}
	}
	if got.Total != total || paid != total || in != total || out != total {
		r.Fatalf("fee %s: receipt %s, paid %s, in %s, out %s", total, got.Total, paid, in, out)
	}
}

// TestOfferProperty: what is offered never counts for more than is due, and only cash gives change.
func TestOfferProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := rapid.SampledFrom(append(service.Methods(), "cheque", "")).Draw(r, "method")
		given, due := service.Money(rapid.Int64().Draw(r, "given")), service.Money(rapid.Int64Range(-5, 1<<40).Draw(r, "due"))
		o, err := fee.Offer(m, given, due, rapid.SampledFrom([]string{"", "T1"}).Draw(r, "no"))
		if err != nil {
			if service.CodeOf(err) == service.Internal || o != (fee.Tender{}) {
				r.Fatalf("%v with %+v", err, o)
			}
			return
		}
		if o.Amount <= 0 || o.Amount > due || o.Given != given || o.Change() != 0 && m != service.Cash || o.Change() < 0 {
			r.Fatalf("%+v of %s", o, due)
		}
	})
}

func TestOffer(t *testing.T) {
	for _, c := range []struct {
		m          service.Method
		given, due service.Money
		no         string
		want       service.Code
	}{
		{service.Cash, 0, 100, "", service.FeeZero},
		{service.Cash, -1, 100, "", service.FeeNegative},
		{service.Cash, 100, 0, "", service.FeeOver},
		{service.Card, 101, 100, "T", service.FeeOver},
		{service.Card, 100, 100, "", service.TradeNoNeeded},
		{service.Card, 100, 100, "T 1", service.InputInvalid},
		{"cheque", 100, 100, "T", service.MethodUnknown},
		{service.Quota, 50, 100, "PO-7", ""},
		{service.Cash, 150, 100, "", ""},
	} {
		if _, err := fee.Offer(c.m, c.given, c.due, c.no); service.CodeOf(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if o, _ := fee.Offer(service.Cash, 150, 100, "dropped"); o.Change() != 50 || o.TradeNo != "" {
		t.Errorf("%+v", o)
	}
}

func TestChargeRefuses(t *testing.T) {
	k := newTill(t, fee.Range{Prefix: "R-", From: 1, To: 1})
	cash := func(m service.Money) []fee.Tender {
		return []fee.Tender{{Method: service.Cash, Given: m, Amount: m}}
	}
	for _, c := range []struct {
		lines []service.FeeLine
		ts    []fee.Tender
		want  service.Code
		due   string
	}{
		{line(100), cash(60), service.FeeShort, "0.40"},
		{line(100), nil, service.FeeShort, "1.00"},
		{line(100), cash(160), service.FeeOver, "1.00"},
		{line(0), nil, service.FeeZero, ""},
		{nil, nil, service.FeeZero, ""},
		{append(line(200), line(-100)...), cash(100), service.FeeNegative, ""},
		{line(100), append(cash(200), fee.Tender{Method: service.Cash, Given: -100, Amount: -100}), service.FeeNegative, ""},
		{line(100), []fee.Tender{{Method: service.Card, Given: 150, Amount: 100, TradeNo: "T"}}, service.FeeOver, "1.00"},
	} {
		_, err := k.charge(c.lines, c.ts)
		if service.CodeOf(err) != c.want || service.ArgsOf(err)["due"] != c.due {
			t.Errorf("%v %v: %v", c.lines, c.ts, err)
		}
	}
	if r, err := k.charge(line(100), cash(100)); err != nil || r.No != "R-000001" || r.AuditHead == "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := k.charge(line(100), cash(100)); !service.IsCode(err, service.ReceiptsOut) {
		t.Error(err)
	}
}

// TestNextBlock: a block that is used up is followed by the next, gapless, and a block that runs low is noted for the centre.
func TestNextBlock(t *testing.T) {
	k := newTill(t, fee.Range{Prefix: "R-", From: 1, To: 2})
	var low []byte
	read := func(tx *service.Tx) (err error) {
		low, err = tx.Read.Settings.Get(fee.LowSetting)
		return err
	}
	tender := []fee.Tender{{Method: service.Cash, Given: 100, Amount: 100}}
	first, err := k.charge(line(100), tender)
	if err != nil || first.No != "R-000001" {
		t.Fatalf("%s %v", first.No, err)
	}
	if err := k.act(read); err != nil || string(low) != "2" {
		t.Fatalf("low %q, %v", low, err)
	}
	more := func(tx *service.Tx) error {
		have, err := tx.Read.Settings.Get(fee.RangeSetting)
		if err != nil {
			return err
		}
		for range 2 { // a repeat adds nothing
			if have, err = fee.AddRange(have, fee.Range{Prefix: "R-", From: 10001, To: 20000}); err != nil {
				return err
			}
		}
		return tx.Settings.Set(fee.RangeSetting, have)
	}
	if err := k.act(more); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"R-000002", "R-010001", "R-010002"} {
		if r, err := k.charge(line(100), tender); err != nil || r.No != want {
			t.Errorf("%s, want %s, %v", r.No, want, err)
		}
	}
}

func TestRangeMissingOrDamaged(t *testing.T) {
	k := newTill(t, fee.Range{Prefix: "R-", From: 0, To: 9})
	tender := []fee.Tender{{Method: service.Cash, Given: 100, Amount: 100}}
	if _, err := k.charge(line(100), tender); !service.IsCode(err, service.StoreCorrupt) {
		t.Error(err)
	}
	if err := k.act(func(tx *service.Tx) error { return tx.Settings.Delete(fee.RangeSetting) }); err != nil {
		t.Fatal(err)
	}
	if _, err := k.charge(line(100), tender); !service.IsCode(err, service.ReceiptsOut) {
		t.Error(err)
	}
}
