package fee

import "certdesk/service"

// Tender is money on the table: one method and its amount, before the receipt is written.
type Tender struct {
	Method  service.Method `json:"method"`
	Given   service.Money  `json:"given"`  // what the customer handed over
	Amount  service.Money  `json:"amount"` // what counts against the fee
	TradeNo string         `json:"tradeNo,omitempty"`
}

// Change is what goes back to the customer; only cash gives change.
func (t Tender) Change() service.Money { return t.Given - t.Amount }

// maxTradeNo is the most characters of a trade number.
const maxTradeNo = 64

// Offer checks one tender against what is still due.
// Errors: MethodUnknown, FeeZero, FeeNegative, FeeOver (due) for a method that gives no change or where nothing is due, TradeNoNeeded,
// InputInvalid (field, reason) for a trade number that is none.
func Offer(m service.Method, given, due service.Money, tradeNo string) (Tender, error) {
	if m == service.Cash {
		tradeNo = ""
	}
	if given > due && (m != service.Cash || due <= 0) {
		return Tender{}, service.E(service.FeeOver, "fee.Offer", service.Args{"due": due.String()}, nil)
	}
	t := Tender{Method: m, Given: given, Amount: min(given, due), TradeNo: tradeNo}
	if err := t.check(); err != nil {
		return Tender{}, err
	}
	return t, nil
}

// check holds for every tender that is booked, wherever it was kept meanwhile.
func (t Tender) check() error {
	switch {
	case !known(t.Method):
		return service.E(service.MethodUnknown, "fee.Tender", service.Args{"method": string(t.Method)}, nil)
	case t.Given < 0 || t.Amount < 0:
		return service.E(service.FeeNegative, "fee.Tender", nil, nil)
	case t.Given == 0 || t.Amount == 0:
		return service.E(service.FeeZero, "fee.Tender", nil, nil)
	case t.Change() < 0 || t.Change() > 0 && t.Method != service.Cash:
		return service.E(service.FeeOver, "fee.Tender", service.Args{"due": t.Amount.String()}, nil)
	case NeedsTradeNo(t.Method) && t.TradeNo == "":
		return service.E(service.TradeNoNeeded, "fee.Tender", nil, nil)
	case !numberLike(t.TradeNo):
		return service.E(service.InputInvalid, "fee.Tender", service.Args{"field": "tradeNo", "reason": "characters"}, nil)
	}
	return nil
}

func numberLike(s string) bool {
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return len(s) <= maxTradeNo
}

// NeedsTradeNo tells which methods leave a number behind: card slip, transfer, wallet, contract, purchase order.
func NeedsTradeNo(m service.Method) bool { return m != service.Cash }

func known(m service.Method) bool {
	for _, k := range service.Methods() {
		if k == m {
			return true
		}
	}
	return false
}

// Given adds up what counts of tenders.
func Given(ts []Tender) service.Money {
	var sum service.Money
	for _, t := range ts {
		sum += t.Amount
	}
	return sum
}
