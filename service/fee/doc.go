// Package fee knows the counter's money: tariff lines from the catalog, tenders by several methods, receipts from the station's
// range and the double entries behind them. All amounts are fen.
package fee
