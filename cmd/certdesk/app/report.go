package app

import (
	"context"
	"os"
	"path/filepath"
	"sort"

	"certdesk/service"
	"certdesk/service/sm"
)

// CaseReport is a case as scripts read it (docs/CLI.md). Paths are absolute, money is in fen.
type CaseReport struct {
	No           string       `json:"no"`
	Visit        string       `json:"visit"`
	Kind         string       `json:"kind"`
	Status       string       `json:"status"`
	Customer     string       `json:"customer"`
	Receipt      string       `json:"receipt"`
	Fee          int64        `json:"fee"`
	Documents    []string     `json:"documents"`
	Certificates []CertReport `json:"certificates"`
	Token        string       `json:"token"`
}

// CertReport is one certificate issued by a case.
type CertReport struct {
	Serial  string `json:"serial"`
	Usage   string `json:"usage"`
	Subject string `json:"subject"`
	PEM     string `json:"pem"`
}

// LedgerReport sums cases up. Balanced: receipts, payments and entries agree, and every paid case has its pair and token.
type LedgerReport struct {
	Cases        int   `json:"cases"`
	Certificates int   `json:"certificates"`
	Tokens       int   `json:"tokens"`
	Fees         int64 `json:"fees"`
	Refunds      int64 `json:"refunds"`
	Balanced     bool  `json:"balanced"`
}

// Report describes one case. Certificates are written as PEM files where write is true; a path that is not there stays empty.
func (a *App) Report(ctx context.Context, who service.Actor, no string, write bool) (CaseReport, error) {
	d, err := a.Engine.Detail(ctx, who, no)
	if err != nil {
		return CaseReport{}, err
	}
	c := d.Case
	r := CaseReport{No: c.No, Visit: c.Visit, Kind: string(c.Kind), Status: string(c.Status), Customer: d.Customer.Name, Receipt: c.Receipt,
		Token: c.Token, Documents: []string{}, Certificates: []CertReport{}}
	for _, p := range d.Payments {
		r.Fee += int64(p.Amount)
	}
	for _, p := range d.Papers {
		if path, ok := a.there("papers", p.ID+".pdf"); ok {
			r.Documents = append(r.Documents, path)
		}
	}
	return r, a.certificates(&r, d.Certificates, write)
}

func (a *App) there(parts ...string) (string, bool) {
	path, err := filepath.Abs(filepath.Join(append([]string{a.Dir}, parts...)...))
	if err != nil || !exists(path) {
		return "", false
	}
	return path, true
}

func (a *App) certificates(r *CaseReport, certs []service.Certificate, write bool) error {
	sort.Slice(certs, func(i, j int) bool { return certs[i].Usage > certs[j].Usage })
	for _, c := range certs {
		if write {
			if err := a.WritePEM(filepath.Join("certs", c.Serial+".pem"), c.DER); err != nil {
				return err
			}
		}
		path, _ := a.there("certs", c.Serial+".pem")
		r.Certificates = append(r.Certificates, CertReport{Serial: c.Serial, Usage: string(c.Usage), Subject: c.Subject, PEM: path})
	}
	return nil
}

// WritePEM writes certificates below the data folder.
func (a *App) WritePEM(name string, ders ...[]byte) error {
	return a.WriteFile(name, []byte(sm.EncodePEM(ders...)))
}

// WriteFile writes a file below the data folder. Errors: StoreFull, StoreReadOnly (path), StoreFailed.
func (a *App) WriteFile(name string, content []byte) error {
	path := filepath.Join(a.Dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	return unwritten("WriteFile", path, err)
}

// Sum adds reports up and holds them against the books.
func (a *App) Sum(ctx context.Context, cases []CaseReport) (LedgerReport, error) {
	l := LedgerReport{Cases: len(cases), Balanced: true}
	tokens := map[string]bool{}
	for _, c := range cases {
		l.Certificates += len(c.Certificates)
		l.Fees += c.Fee
		if len(c.Certificates) > 0 {
			tokens[c.Token] = true
		}
		if c.Kind == string(service.KindIssue) && c.Status == string(service.Completed) && len(c.Certificates) < 2 {
			l.Balanced = false
		}
		ok, err := a.balanced(ctx, c)
		if err != nil {
			return l, err
		}
		l.Balanced = l.Balanced && ok
	}
	l.Tokens = len(tokens)
	return l, nil
}

// balanced holds one case's payments against its receipt.
func (a *App) balanced(ctx context.Context, c CaseReport) (bool, error) {
	if c.Receipt == "" {
		return c.Fee == 0, nil
	}
	var r service.Receipt
	err := a.Store.Read(ctx, func(v service.View) (err error) {
		r, err = v.Ledger.Receipt(c.Receipt)
		return err
	})
	return int64(r.Total) == c.Fee, err
}

// WriteChains writes root plus issuing CA, and a CRL, and returns their absolute paths.
func (a *App) WriteChains(chain [][]byte, crl []byte) (caPath, crlPath string, err error) {
	if err = a.WritePEM(filepath.Join("chains", "ca.pem"), chain...); err != nil {
		return
	}
	if err = a.WriteFile(filepath.Join("chains", "crl.pem"), []byte(sm.EncodePEMType("X509 CRL", crl))); err != nil {
		return
	}
	caPath, _ = a.there("chains", "ca.pem")
	crlPath, _ = a.there("chains", "crl.pem")
	return
}
