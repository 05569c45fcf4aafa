package stormtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Checks lists the invariants.
func Checks() []Check {
	return append(append(money(), books1(), audit(), outbox(), quick()), append(append(lines(), papers()...), append(pairs(), tokens()...)...)...)
}

// money: receipts, payments and the double entry say the same, receipt numbers have no gap, and nothing is issued that is not paid.
func money() []Check {
	return []Check{
		{Name: "receipt numbers gapless", Mid: true, Find: gapless},
		none("one receipt a case", true, "SELECT case_no FROM receipts GROUP BY case_no HAVING count(*) > 1"),
		none("payments add up to the receipt", true,
			"SELECT r.no FROM receipts r WHERE r.total <> (SELECT coalesce(sum(amount), 0) FROM payments p WHERE p.receipt = r.no)"),
		none("every payment has its receipt", true, "SELECT id FROM payments WHERE receipt NOT IN (SELECT no FROM receipts)"),
		none("the ledger took in what the receipt says", true,
			"SELECT r.no FROM receipts r WHERE r.total <> (SELECT coalesce(sum(amount), 0) FROM entries e WHERE e.ref = r.no AND e.credit = 'receivable')"),
		none("the ledger earned what the receipt says", true,
			"SELECT r.no FROM receipts r WHERE r.total <> (SELECT coalesce(sum(amount), 0) FROM entries e WHERE e.ref = r.no AND e.debit = 'receivable')"),
		none("the receivable is even", true, `SELECT 'receivable' FROM (SELECT coalesce(sum(CASE WHEN debit = 'receivable' THEN amount ELSE 0 END), 0)
			- coalesce(sum(CASE WHEN credit = 'receivable' THEN amount ELSE 0 END), 0) AS d FROM entries) WHERE d <> 0`),
		none("the case carries its receipt", true,
			"SELECT c.no FROM cases c LEFT JOIN receipts r ON r.case_no = c.no WHERE coalesce(r.no, '') <> c.receipt OR r.no IS NOT NULL AND r.total <> c.fee"),
		none("nothing is issued unpaid", true, `SELECT DISTINCT c.no FROM certificates k JOIN cases c ON c.no = k.case_no
			WHERE c.fee <= 0 OR NOT EXISTS (SELECT 1 FROM receipts r WHERE r.case_no = c.no AND r.total = c.fee)`),
		none("money of a cancelled case is owed", true,
			"SELECT no FROM cases WHERE status = 'cancelled' AND (receipt <> '') <> (money IN ('refund-due', 'refunded')) AND receipt <> ''"),
		none("the price is the catalog's", true, `SELECT no || ' ' || product || ' ' || fee FROM cases WHERE kind = '1001' AND status = 'completed'
			AND fee <> CASE product WHEN '11' THEN 28000 WHEN '12' THEN 8000 WHEN '13' THEN 4000 WHEN '21' THEN 30000 END`),
	}
}

func gapless(_ context.Context, s *Scene) ([]string, error) {
	have, err := rows(s.Station, "SELECT no FROM receipts ORDER BY no")
	if err != nil {
		return nil, err
	}
	for i, no := range have {
		if want := fmt.Sprintf("R-%s-%06d", Station, i+1); no != want {
			return []string{no + ", want " + want}, nil
		}
	}
	return nil, nil
}

// books1: a case says of itself what its journal says.
func books1() Check {
	return none("closed cases have no step under way", true, `SELECT j.case_no || ' ' || j.step FROM journal j JOIN cases c ON c.no = j.case_no
		WHERE c.status IN ('completed') AND j.state = 'started'
		AND j.seq = (SELECT max(seq) FROM journal k WHERE k.case_no = j.case_no AND k.step = j.step)`)
}

func lines() []Check {
	return []Check{
		none("a line has one valid pair", true, "SELECT line || ' ' || usage FROM certificates WHERE status = 'valid' GROUP BY line, usage HAVING count(*) > 1"),
		none("a pair is of one case and one token", true, "SELECT line FROM certificates WHERE status = 'valid' GROUP BY line HAVING count(DISTINCT case_no || token) > 1"),
		none("reviewer is not enterer", true, `SELECT a.case_no FROM case_stamps a JOIN case_stamps b ON a.case_no = b.case_no
			WHERE a.duty = 'entered' AND b.duty = 'reviewed' AND a.staff = b.staff`),
		none("a certificate is never made without a review", true, `SELECT DISTINCT k.case_no FROM certificates k
			WHERE NOT EXISTS (SELECT 1 FROM case_stamps s WHERE s.case_no = k.case_no AND s.duty = 'reviewed')`),
		none("one open case a token", true, `SELECT token FROM cases WHERE token <> '' AND kind = '1001' AND status NOT IN ('completed', 'cancelled')
			GROUP BY token HAVING count(*) > 1`),
		none("the token of a completed case is booked out", false, `SELECT c.no FROM cases c LEFT JOIN stock s ON s.serial = c.token
			WHERE c.kind = '1001' AND c.status = 'completed' AND (s.state IS NULL OR s.state <> 'issued' OR s.case_no <> c.no)`),
		none("no case is left open", false, "SELECT no || ' ' || status FROM cases WHERE status NOT IN ('completed', 'cancelled')"),
	}
}

// papers: each paper is printed, and a receipt has one original.
func papers() []Check {
	return []Check{
		none("every paper came out", false, "SELECT name || ' ' || state FROM spool WHERE state <> 'done'"),
		none("a receipt has one original", true, "SELECT no FROM papers WHERE kind = 'receipt' AND reprint = 0 GROUP BY no HAVING count(*) > 1"),
		none("every receipt has its paper", true, "SELECT no FROM receipts WHERE no NOT IN (SELECT no FROM papers WHERE kind = 'receipt')"),
		{Name: "the printer saw every paper", Find: func(_ context.Context, s *Scene) ([]string, error) {
			names, err := rows(s.Station, "SELECT name FROM spool")
			var missing []string
			for _, n := range names {
				if s.World.printer.papers[n] == 0 {
					missing = append(missing, n)
				}
			}
			return missing, err
		}},
	}
}

// audit: the chain and its signed head hold (what breaks it stays broken, so that the end is soon enough to ask), and what the counter prints on paper stands in it.
func audit() Check {
	return Check{Name: "audit chain unbroken", Find: func(ctx context.Context, s *Scene) ([]string, error) {
		if _, err := s.World.Station.VerifyAudit(ctx); err != nil {
			return []string{err.Error()}, nil
		}
		return rows(s.Station, "SELECT no FROM receipts WHERE lower(audit_head) NOT IN (SELECT lower(hex(hash)) FROM audit)")
	}}
}

// outbox: what the centre acknowledged it has, and at the end it has everything; no event twice, none missing.
func outbox() Check {
	return Check{Name: "outbox is what the centre has", Find: func(_ context.Context, s *Scene) ([]string, error) {
		const ask = "SELECT epoch || '/' || seq || ' ' || hex(hash) FROM "
		here, err := rows(s.Station, ask+"outbox ORDER BY epoch, seq")
		if err != nil {
			return nil, err
		}
		there, err := rows(s.Centre, ask+"event WHERE station = '"+Station+"' ORDER BY epoch, seq")
		if err != nil {
			return nil, err
		}
		var found []string
		if strings.Join(here, "\n") != strings.Join(there, "\n") {
			found = append(found, fmt.Sprintf("%d here, %d there", len(here), len(there)))
		}
		for i, e := range here {
			if !strings.HasPrefix(e, "1/"+strconv.Itoa(i+1)+" ") {
				found = append(found, "a gap before "+e)
			}
		}
		return found, nil
	}}
}

func quick() Check {
	return Check{Name: "the file is sound", Mid: true, Find: func(_ context.Context, s *Scene) ([]string, error) {
		all, err := rows(s.Station, "PRAGMA quick_check")
		if len(all) == 1 && all[0] == "ok" {
			return nil, err
		}
		return all, err
	}}
}
