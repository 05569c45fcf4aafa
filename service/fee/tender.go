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

// Offer checks one tender against what is still due.
// Errors: MethodUnknown, FeeZero, FeeNegative, FeeOver (due) for a method that gives no change, TradeNoNeeded.
func Offer(m service.Method, given, due service.Money, tradeNo string) (Tender, error) {
	if !known(m) {
		return Tender{}, service.E(service.MethodUnknown, "fee.Offer", service.Args{"method": string(m)}, nil)
	}
	switch {
	case given < 0:
		return Tender{}, service.E(service.FeeNegative, "fee.Offer", nil, nil)
	case given == 0:
		return Tender{}, service.E(service.FeeZero, "fee.Offer", nil, nil)
	case given > due && m != service.Cash:
		return Tender{}, service.E(service.FeeOver, "fee.Offer", service.Args{"due": due.String()}, nil)
	case NeedsTradeNo(m) && tradeNo == "":
		return Tender{}, service.E(service.TradeNoNeeded, "fee.Offer", nil, nil)
	}
	return Tender{Method: m, Given: given, Amount: min(given, due), TradeNo: tradeNo}, nil
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
