package manycases

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"certdesk/service"
	"certdesk/service/audit"
)

// The tables, in the order of their numbers.
const (
	customers = iota
	search
	visits
	cases
	stamps
	journal
	lines
	certificates
	receipts
	payments
	entries
	stock
	papers
	spool
	outbox
	auditRows
)

func tables() []table {
	return []table{
		customers: of("customers", "id, type, name, id_type, number, address, private, created"),
		search:    of("search", "tbl, id, col, key"),
		visits:    of("visits", "id, customer, private, opened, closed, by_staff, by_name, by_at"),
		cases: of("cases", "no, version, visit, kind, status, money, customer, customer_type, project, product, years, line, token, attempt, catalog, fee, "+
			"receipt, approved, private, created, updated"),
		stamps:       of("case_stamps", "case_no, duty, staff, name, at"),
		journal:      of("journal", "case_no, seq, step, attempt, state, code, data, staff, name, at"),
		lines:        of("lines", "id, customer, holder_id, project, product, ordinal, created"),
		certificates: of("certificates", "serial, usage, line, case_no, status, not_before, not_after, token, private"),
		receipts:     of("receipts", "no, case_no, lines, total, audit_head, staff, name, at"),
		payments:     of("payments", "id, case_no, receipt, method, amount, given, change, trade_no, staff, name, at, updated"),
		entries:      of("entries", "seq, case_no, debit, credit, amount, ref, at"),
		stock:        of("stock", "serial, model, state, case_no, at"),
		papers:       of("papers", "id, case_no, kind, no, doc, reprint, at"),
		spool:        of("spool", "id, paper, name, state, tries, cause, at"),
		outbox:       of("outbox", "epoch, seq, type, body, prev, hash, signature, at, acknowledged"),
		auditRows:    of("audit", "seq, at, actor, act, subject, detail, prev, hash, signature"),
	}
}

// copied is one case in the making: the template under its own names and times.
type copied struct {
	*filler
	*batch
	template
	i     int
	at    time.Time
	no    string
	shift time.Duration // from the template's times to its own
	whole bool
	err   error
}

// add makes everything of case i. Five cases in two are of the same customer.
func (f *filler) add(b *batch, i int) error {
	who := i * 2 / 5
	t := f.templates[who%len(f.templates)]
	at := f.created(i)
	k := &copied{filler: f, batch: b, template: t, i: i, at: at, shift: at.Sub(t.c.Created), whole: f.Cases-i <= whole}
	prefix, _, _ := strings.Cut(t.c.No, "-")
	k.no = fmt.Sprintf("%s-%s-%d", prefix, service.Day(at), 3000+i%PerDay*7)
	k.rename(who)
	if i == 0 || (i-1)*2/5 != who {
		k.customer()
	}
	k.visitRow()
	k.caseRow()
	k.pair()
	k.money()
	k.history()
	k.paperRows()
	k.events()
	k.chain()
	return k.err
}

// rename gives customer and case what nobody else has.
func (k *copied) rename(who int) {
	n := strconv.Itoa(100000 + who)
	k.who.ID = "many-" + n
	k.who.Name += n
	k.who.Number = k.who.Number[:max(0, len(k.who.Number)-6)] + n
	k.who.Mobile = k.who.Mobile[:min(5, len(k.who.Mobile))] + n
	own := fmt.Sprintf("%07d", k.i)
	k.visit.ID, k.c.Token = "V-many-"+own, "MANY"+own
	if k.c.Receipt != "" {
		k.c.Receipt = "R-many-" + own
	}
}

func (k *copied) seal(value any, place ...string) []byte {
	plain, err := json.Marshal(value)
	if k.err == nil {
		k.err = err
	}
	return k.sealRaw(plain, place...)
}

func (k *copied) sealRaw(plain []byte, place ...string) []byte {
	out, err := k.sealer.Seal(plain, place...)
	if k.err == nil {
		k.err = err
	}
	return out
}

// find makes a row found by sealed values, as the store does.
func (k *copied) find(tbl, id string, values ...string) {
	for i, col := range []string{"name", "number", "mobile"} {
		if values[i] != "" {
			k.row(search, tbl, id, col, k.sealer.SearchKey(tbl+"."+col, values[i]))
		}
	}
}

func (k *copied) when(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Add(k.shift).UnixMicro()
}

func (k *copied) customer() {
	c := k.who
	hidden := map[string]string{"mobile": c.Mobile}
	if c.Type == service.Organisation {
		k.find("customers", c.ID, "", "", c.Mobile)
	} else {
		hidden = map[string]string{"name": c.Name, "number": c.Number, "address": c.Address, "mobile": c.Mobile}
		k.find("customers", c.ID, c.Name, c.Number, c.Mobile)
		c.Name, c.Number, c.Address = "", "", ""
	}
	k.row(customers, c.ID, string(c.Type), c.Name, c.IDType, c.Number, c.Address, k.seal(hidden, "customers", c.ID, "private"), k.at.UnixMicro())
}

func (k *copied) visitRow() {
	v := k.visit
	k.row(visits, v.ID, k.who.ID, k.seal(v.Agent, "visits", v.ID, "private"), k.when(v.Opened), k.when(v.Closed), v.By.Staff, v.By.Name, k.when(v.By.At))
	k.find("visits", v.ID, v.Agent.Name, v.Agent.Number, v.Agent.Mobile)
}

func (k *copied) caseRow() {
	c := k.c
	sealed := k.seal(map[string]any{"holder": c.Holder, "fields": c.Fields, "rejection": c.Rejection}, "cases", k.no, "private")
	line := ""
	if len(k.certs) > 0 {
		line = k.lineID()
	}
	k.row(cases, k.no, c.Version, k.visit.ID, string(c.Kind), string(c.Status), string(c.Money), k.who.ID, string(c.CustomerType), c.Project, c.Product,
		c.Years, line, c.Token, c.Attempt, c.Catalog, int64(c.Fee), c.Receipt, c.Approved, sealed, k.at.UnixMicro(), k.when(c.Updated))
	k.find("cases", k.no, c.Holder.Name, c.Holder.Number, c.Holder.Mobile)
	for duty, by := range c.By {
		k.row(stamps, k.no, string(duty), by.Staff, by.Name, k.when(by.At))
	}
}

func (k *copied) lineID() string { return fmt.Sprintf("L-many-%07d", k.i) }

func (k *copied) pair() {
	if len(k.certs) == 0 {
		return
	}
	l := k.line
	k.row(lines, k.lineID(), k.who.ID, l.HolderID, l.Project, l.Product, l.Ordinal, k.at.UnixMicro())
	k.row(stock, k.c.Token, "softkey", "issued", k.no, k.at.UnixMicro())
	for i, c := range k.certs {
		serial := fmt.Sprintf("%032X", uint64(k.i)*4+uint64(i)+1<<40)
		der := c.DER
		if !k.whole {
			der = der[:min(len(der), 64)]
		}
		sealed := k.seal(struct {
			Subject string `json:"subject"`
			DER     []byte `json:"der"`
		}{c.Subject, der}, "certificates", serial, "private")
		k.row(certificates, serial, string(c.Usage), k.lineID(), k.no, string(c.Status), k.when(c.NotBefore), k.when(c.NotAfter), k.c.Token, sealed)
	}
}

func (k *copied) money() {
	if k.c.Receipt == "" {
		return
	}
	r := k.receipt
	list, err := json.Marshal(r.Lines)
	if k.err == nil {
		k.err = err
	}
	k.row(receipts, k.c.Receipt, k.no, string(list), int64(r.Total), r.AuditHead, r.By.Staff, r.By.Name, k.when(r.By.At))
	for i, p := range k.paid {
		k.row(payments, fmt.Sprintf("P-many-%07d-%d", k.i, i), k.no, k.c.Receipt, string(p.Method), int64(p.Amount), int64(p.Given), int64(p.Change), p.TradeNo,
			p.By.Staff, p.By.Name, k.when(p.By.At), k.when(p.Updated))
		k.entries++
		k.row(entries, k.entries, k.no, string(p.Method), "fees", int64(p.Amount), k.c.Receipt, k.when(p.By.At))
	}
}

func (k *copied) history() {
	from := 0
	if !k.whole {
		from = len(k.journal) - 1
	}
	for i, e := range k.journal[from:] {
		seq := int64(i + 1)
		data := k.seal(e.Data, "journal", k.no+"/"+strconv.FormatInt(seq, 10), "data")
		k.row(journal, k.no, seq, e.Step, e.Attempt, string(e.State), string(e.Code), data, e.By.Staff, e.By.Name, k.when(e.By.At))
	}
}

func (k *copied) paperRows() {
	for i, p := range k.papers {
		if i > 0 && !k.whole {
			return
		}
		id := fmt.Sprintf("%s-%s-%d", k.no, p.Kind, i+1)
		doc := p.Doc
		if !k.whole {
			doc = service.Document{Kind: doc.Kind, Title: doc.Title, Time: doc.Time}
		}
		k.row(papers, id, k.no, string(p.Kind), p.No, k.seal(doc, "papers", id, "doc"), p.Reprint, k.when(p.At))
		k.row(spool, id, id, id, string(service.SpoolDone), 1, "", k.when(p.At))
	}
}

// events are one of each case; a case in life has several.
func (k *copied) events() {
	body := k.sealRaw([]byte(`{"case":"`+k.no+`"}`), "outbox", fmt.Sprintf("0/%d", k.i+1), "body")
	k.row(outbox, 0, k.i+1, "case.closed", body, audit.Start(), audit.Start(), []byte{}, k.at.UnixMicro(), k.at.UnixMicro())
}

func (k *copied) chain() {
	for _, act := range []string{"case.begin", "case.closed"} {
		row := service.AuditRow{Seq: k.head.Seq + 1, At: k.at, Actor: k.visit.By.Staff, Act: act, Subject: k.no, Prev: k.head.Hash}
		sum := audit.Hash(row)
		k.row(auditRows, row.Seq, row.At.UnixMicro(), row.Actor, row.Act, row.Subject, row.Detail, row.Prev, sum[:], []byte{})
		k.head.Seq, k.head.Hash = row.Seq, sum[:]
	}
}
