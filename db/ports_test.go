package db_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"certdesk/service"
)

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestCaseRoundTrip(t *testing.T) {
	s := open(t)
	k := sample(t, s)
	if k.Version != 1 || k.Updated.Location() != time.UTC || k.Updated.Nanosecond()%1000 != 0 {
		t.Fatalf("version %d, updated %v", k.Version, k.Updated)
	}
	read(t, s, func(v service.View) error {
		got, err := v.Cases.Case(caseNo)
		same(t, "case", got, k)
		visit, err2 := v.Cases.Visit(visitID)
		same(t, "visit", visit, service.Visit{ID: visitID, Customer: org.ID, Agent: agent, Opened: start, By: stamp("s1")})
		_, missing := v.Cases.Case("B-none")
		wantCode(t, missing, service.NotFound)
		same(t, "args", service.ArgsOf(missing), service.Args{"what": "case", "id": "B-none"})
		counts, err3 := v.Cases.Counts()
		same(t, "counts", counts, map[service.Status]int{service.Draft: 1})
		return firstError(err, err2, err3)
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestCaseFind(t *testing.T) {
	s := open(t)
	k := sample(t, s)
	own := service.Case{No: "B0430-261121-0019", Kind: service.KindUnlock, Status: service.Draft, Customer: person.ID,
		By: map[service.Duty]service.Stamp{service.EnteredBy: stamp("s2")}}
	act(t, s, func(tx *service.Tx) error { return tx.Cases.PutCase(&own) })
	tests := []struct {
		name string
		q    service.CaseQuery
		want string
	}{
		{"all, newest first", service.CaseQuery{}, own.No + " " + caseNo},
		{"limit", service.CaseQuery{Limit: 1}, own.No},
		{"number", service.CaseQuery{Text: caseNo}, caseNo},
		{"number prefix, small letters", service.CaseQuery{Text: " b0430-261121-001"}, own.No + " " + caseNo},
		{"organisation prefix", service.CaseQuery{Text: "深圳市"}, caseNo},
		{"credit code prefix", service.CaseQuery{Text: "91350100m0"}, caseNo},
		{"token", service.CaseQuery{Text: "T-77"}, caseNo},
		{"token, part", service.CaseQuery{Text: "T-7"}, ""},
		{"receipt", service.CaseQuery{Text: "R-0043-000217"}, caseNo},
		{"holder's name", service.CaseQuery{Text: holder.Name}, caseNo},
		{"holder's name, part", service.CaseQuery{Text: "尉迟"}, ""},
		{"holder's mobile", service.CaseQuery{Text: "139-1111-2222"}, caseNo},
		{"agent's number, small x", service.CaseQuery{Text: "11010519491231002x"}, caseNo},
		{"agent's name", service.CaseQuery{Text: agent.Name}, caseNo},
		{"organisation's mobile", service.CaseQuery{Text: org.Mobile}, caseNo},
		{"person's name", service.CaseQuery{Text: person.Name}, own.No},
		{"person's number", service.CaseQuery{Text: person.Number}, own.No},
		{"nobody", service.CaseQuery{Text: "无名氏"}, ""},
		{"status", service.CaseQuery{Statuses: []service.Status{service.Draft, service.Making}, Customer: org.ID}, caseNo},
		{"other status", service.CaseQuery{Statuses: []service.Status{service.Making}}, ""},
		{"kind", service.CaseQuery{Kind: service.KindUnlock}, own.No},
		{"from", service.CaseQuery{From: own.Created}, own.No},
		{"to is exclusive", service.CaseQuery{To: own.Created}, caseNo},
		{"quote and wildcards", service.CaseQuery{Text: `%_'"*`}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			read(t, s, func(v service.View) error {
				found, err := v.Cases.Find(tt.q)
				var nos []string
				for _, f := range found {
					nos = append(nos, f.No)
				}
				same(t, "found", strings.Join(nos, " "), tt.want)
				return err
			})
		})
	}
	read(t, s, func(v service.View) error {
		found, err := v.Cases.Find(service.CaseQuery{})
		same(t, "person's summary", found[0].Customer, person.Name)
		same(t, "summary", found[1], service.CaseSummary{No: caseNo, Kind: k.Kind, Status: k.Status, Money: k.Money,
			Customer: org.Name, Fee: k.Fee, By: "员s1", Created: k.Created, Updated: k.Updated})
		return err
	})
}

func TestCustomers(t *testing.T) {
	s := open(t)
	sample(t, s)
	read(t, s, func(v service.View) error {
		for _, want := range []service.Customer{org, person} {
			got, err := v.Customers.Customer(want.ID)
			same(t, "customer", got, want)
			byNumber, err2 := v.Customers.ByNumber(strings.ToLower(want.Number))
			same(t, "by number", byNumber, want)
			for _, text := range []string{want.Name, want.Number, want.Mobile} {
				found, err := v.Customers.Find(text, 5)
				same(t, "find "+text, found, []service.Customer{want})
				if err != nil {
					return err
				}
			}
			if err := firstError(err, err2); err != nil {
				return err
			}
		}
		_, err := v.Customers.ByNumber("none")
		wantCode(t, err, service.NotFound)
		part, err := v.Customers.Find("诸葛", 5)
		same(t, "a person's name is not found by prefix", len(part), 0)
		return err
	})
	moved := person
	moved.Mobile = "13000000000"
	act(t, s, func(tx *service.Tx) error {
		if tx.Customers.HolderKey("x1") != tx.Customers.HolderKey(" X1") || len(tx.Customers.HolderKey("x1")) != 64 {
			t.Error("holder key")
		}
		return tx.Customers.PutCustomer(moved)
	})
	read(t, s, func(v service.View) error {
		old, err := v.Customers.Find(person.Mobile, 5)
		same(t, "old mobile", len(old), 0)
		return err
	})
}

func TestCertificates(t *testing.T) {
	s := open(t)
	sample(t, s)
	line := service.Line{ID: "L1", Customer: org.ID, HolderID: "k", Project: "tax", Product: "std", Ordinal: 1, Created: start}
	sign := service.Certificate{Serial: "0A", Usage: service.UsageSign, Line: "L1", Case: caseNo, Subject: "CN=尉迟敬德", DER: []byte{1, 2},
		Status: service.CertValid, NotBefore: start, NotAfter: start.AddDate(1, 0, 0), Token: "T-77"}
	enc := sign
	enc.Serial, enc.Usage = "0B", service.UsageEncrypt
	second := sign
	second.Serial = "0C"
	act(t, s, func(tx *service.Tx) error {
		return firstError(tx.Certs.PutLine(line), tx.Certs.PutCertificate(sign), tx.Certs.PutCertificate(enc))
	})
	wantCode(t, try(s, func(tx *service.Tx) error { return tx.Certs.PutCertificate(second) }), service.CaseStatus)
	read(t, s, func(v service.View) error {
		got, err := v.Certificates.Certificate("0A")
		same(t, "certificate", got, sign)
		gotLine, err2 := v.Certificates.Line("L1")
		same(t, "line", gotLine, line)
		lines, err3 := v.Certificates.Lines(org.ID)
		same(t, "lines", lines, []service.Line{line})
		for _, q := range []service.CertificateQuery{{}, {Line: "L1"}, {Case: caseNo}, {Token: "T-77"}, {Customer: org.ID}} {
			found, err := v.Certificates.Find(q)
			same(t, "find", found, []service.Certificate{sign, enc})
			if err != nil {
				return err
			}
		}
		return firstError(err, err2, err3)
	})
	act(t, s, func(tx *service.Tx) error {
		sign.Status = service.CertRevoked
		return firstError(tx.Certs.PutCertificate(sign), tx.Certs.PutCertificate(second))
	})
}

func TestExpiredCertificateMakesRoom(t *testing.T) {
	s := open(t)
	sample(t, s)
	old := service.Certificate{Serial: "01", Usage: service.UsageBoth, Line: "L1", Status: service.CertValid,
		NotBefore: start.AddDate(-1, 0, 0), NotAfter: start.Add(-time.Hour)}
	fresh := service.Certificate{Serial: "02", Usage: service.UsageBoth, Line: "L1", Status: service.CertValid,
		NotBefore: start, NotAfter: start.AddDate(1, 0, 0)}
	act(t, s, func(tx *service.Tx) error {
		return firstError(tx.Certs.PutLine(service.Line{ID: "L1", Customer: org.ID}), tx.Certs.PutCertificate(old),
			tx.Certs.PutCertificate(fresh))
	})
	read(t, s, func(v service.View) error {
		got, err := v.Certificates.Certificate("01")
		same(t, "status", got.Status, service.CertExpired)
		return err
	})
}

func TestLedger(t *testing.T) {
	s := open(t)
	sample(t, s)
	receipt := service.Receipt{No: "R-0043-000001", Case: caseNo, Total: 5000, AuditHead: "ff", By: stamp("s1"),
		Lines: []service.FeeLine{{Item: "service", Label: "服务费", Quantity: 1, Unit: 5000, Amount: 5000}}}
	pay := service.Payment{ID: "p1", Case: caseNo, Receipt: receipt.No, Method: service.Cash, Amount: 5000, Given: 10000,
		Change: 5000, TradeNo: "tn", By: stamp("s1"), Updated: start}
	entry := service.Entry{Case: caseNo, Debit: "cash", Credit: "fee:service", Amount: 5000, Ref: receipt.No, At: start}
	act(t, s, func(tx *service.Tx) error {
		return firstError(tx.Ledger.AddReceipt(receipt), tx.Ledger.AddPayment(pay), tx.Ledger.AddEntry(entry), tx.Ledger.AddEntry(entry))
	})
	read(t, s, func(v service.View) error {
		got, err := v.Ledger.Receipt(receipt.No)
		same(t, "receipt", got, receipt)
		pays, err2 := v.Ledger.Payments(caseNo)
		same(t, "payments", pays, []service.Payment{pay})
		between, err3 := v.Ledger.PaymentsBetween(start, start.Add(time.Microsecond))
		same(t, "between", between, pays)
		before, err4 := v.Ledger.PaymentsBetween(start.Add(-time.Hour), start)
		same(t, "before", len(before), 0)
		entries, err5 := v.Ledger.Entries(start, start.Add(time.Second))
		first, other := entry, entry
		first.Seq, other.Seq = 1, 2
		same(t, "entries", entries, []service.Entry{first, other})
		return firstError(err, err2, err3, err4, err5)
	})
	for _, tt := range []struct {
		name string
		e    service.Entry
		code service.Code
	}{
		{"zero", service.Entry{Debit: "cash", Credit: "fee:x"}, service.FeeZero},
		{"negative", service.Entry{Debit: "cash", Credit: "fee:x", Amount: -1}, service.FeeNegative},
		{"one account", service.Entry{Debit: "cash", Credit: "cash", Amount: 1}, service.InputRequired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantCode(t, try(s, func(tx *service.Tx) error { return tx.Ledger.AddEntry(tt.e) }), tt.code)
		})
	}
	wantCode(t, try(s, func(tx *service.Tx) error { return tx.Ledger.AddReceipt(receipt) }), service.StoreFailed)
}

func TestSmallPorts(t *testing.T) {
	s := open(t)
	sample(t, s)
	who := service.Staff{ID: "s1", Login: "01", Name: "王芳", Role: service.RoleClerk, Password: "argon", Active: true, Failures: 2, LockedTo: start}
	item := service.StockItem{Serial: "T-77", Model: "m", State: service.StockIssued, Case: caseNo, At: start}
	paper := service.Paper{ID: "p1", Case: caseNo, Kind: service.DocForm, No: caseNo, Reprint: 1, At: start,
		Doc: service.Document{Kind: service.DocForm, Title: "申请表", Time: start, Blocks: []service.Block{{Type: service.BlockText, Text: holder.Name}}}}
	job := service.SpoolJob{ID: "j1", Paper: "p1", Name: "n", State: service.SpoolFailed, Tries: 3, Cause: service.Internal, At: start}
	act(t, s, func(tx *service.Tx) error {
		return firstError(tx.Staff.PutStaff(who), tx.Stock.PutItem(item), tx.Spool.PutPaper(paper), tx.Spool.PutJob(job),
			tx.Settings.Set("a/1", []byte("v")), tx.Settings.Set("a/2", nil), tx.Settings.Set("b", []byte("w")))
	})
	act(t, s, func(tx *service.Tx) error {
		got, err := tx.Stock.Item("T-77")
		same(t, "stock", got, item)
		return firstError(err, tx.Settings.Delete("b"))
	})
	read(t, s, func(v service.View) error {
		byLogin, err := v.Staff.ByLogin("01")
		byID, err2 := v.Staff.ByID("s1")
		all, err3 := v.Staff.All()
		same(t, "staff", []service.Staff{byLogin, byID, all[0]}, []service.Staff{who, who, who})
		papers, err4 := v.Papers.Papers(caseNo)
		same(t, "papers", papers, []service.Paper{paper})
		queued, err5 := v.Papers.Jobs(service.SpoolQueued)
		failed, err6 := v.Papers.Jobs(service.SpoolQueued, service.SpoolFailed)
		same(t, "jobs", [][]service.SpoolJob{queued, failed}, [][]service.SpoolJob{nil, {job}})
		names, err7 := v.Settings.Names("a/")
		same(t, "names", names, []string{"a/1", "a/2"})
		value, err8 := v.Settings.Get("a/1")
		same(t, "value", string(value), "v")
		_, gone := v.Settings.Get("b")
		wantCode(t, gone, service.NotFound)
		return firstError(err, err2, err3, err4, err5, err6, err7, err8)
	})
	wantCode(t, try(s, func(tx *service.Tx) error { return tx.Settings.Delete("b") }), service.NotFound)
	other := service.Staff{ID: "s2", Login: "01"}
	wantCode(t, try(s, func(tx *service.Tx) error { return tx.Staff.PutStaff(other) }), service.InputChoice)
}

func TestJournal(t *testing.T) {
	s := open(t)
	sample(t, s)
	for i := 0; i < 2; i++ {
		act(t, s, func(tx *service.Tx) error {
			return tx.Journal.Append(service.JournalEntry{Case: caseNo, Step: "key", Attempt: 1, State: service.StepFailed,
				Code: service.PINWrong, Data: map[string]string{"holder": holder.Name}})
		})
	}
	read(t, s, func(v service.View) error {
		all, err := v.Journal.Entries(caseNo)
		if len(all) != 2 {
			t.Fatalf("%d entries", len(all))
		}
		same(t, "entry", all[1], service.JournalEntry{Seq: 2, Case: caseNo, Step: "key", Attempt: 1, State: service.StepFailed,
			Code: service.PINWrong, Data: map[string]string{"holder": holder.Name},
			By: service.Stamp{Staff: clerk.ID, Name: clerk.Name, At: all[1].By.At}})
		if !all[1].By.At.After(all[0].By.At) {
			t.Error("time is the act's")
		}
		return err
	})
	wantCode(t, s.Act(context.Background(), clerk, func(tx *service.Tx) error {
		return firstError(tx.Journal.Append(service.JournalEntry{Case: "B-none", Step: "x"}), tx.Audit.Append("a", "b", ""))
	}), service.StoreFailed)
}
