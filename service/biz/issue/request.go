package issue

import (
	"context"
	"encoding/base64"
	"strings"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
	"certdesk/service/sm"
)

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// decode reads what encode wrote; a damaged value gives nil, which every reader refuses.
func decode(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return b
}

// request asks the CA for the pair or the single certificate. The key of the request is the same at every repeat, so the CA answers with what it issued.
func request() flow.Step {
	return flow.Step{
		Name: "issue", Stage: service.StageMake, Title: service.T("向中心申请证书", "Ask the CA"), KeepIn: true, Issues: true,
		Do: func(ctx context.Context, j *flow.Job) error {
			s, err := loggedIn(ctx, j)
			if err != nil {
				return err
			}
			req, err := certRequest(j, s)
			if err != nil {
				return err
			}
			reply, err := j.Desk.CA.Issue(ctx, req)
			if err != nil {
				return err
			}
			return keepReply(j, reply)
		},
		Commit: commitPair,
		Request: func(f *flow.Facts) [32]byte {
			return flow.RequestKey(f.Station.ID, f.Case.No, "issue", f.Case.Attempt, decode(f.Out["spki"]))
		},
	}
}

func certRequest(j *flow.Job, s service.TokenSession) (service.CertRequest, error) {
	d, err := steps.ProductOf(&j.Facts)
	if err != nil {
		return service.CertRequest{}, err
	}
	subject, err := confirmed(&j.Facts)
	if err != nil {
		return service.CertRequest{}, err
	}
	spki, days := decode(j.Out["spki"]), d.Days
	if days == 0 {
		days = 365 * j.Case.Years // DOMAIN 1.5: a year of service is 365 days
	}
	return service.CertRequest{
		Key: flow.RequestKey(j.Station.ID, j.Case.No, "issue", j.Case.Attempt, spki), Profile: d.Profile, Subject: subject,
		Alg: d.Alg, PublicKey: spki, Days: days,
		Sign: func(ctx context.Context, message []byte) ([]byte, error) {
			return s.Sign(ctx, steps.Job(j.Case), message)
		},
	}, nil
}

func keepReply(j *flow.Job, r service.CertReply) error {
	cert, err := sm.ParseCertificate(r.Sign)
	if err != nil {
		return err
	}
	var chain []string
	for _, c := range r.Chain {
		chain = append(chain, encode(c))
	}
	if steps.Dual(&j.Facts) == (len(r.Encrypt) == 0) {
		return service.E(service.CAMismatch, "issue.request", service.Args{"what": "algorithm"}, nil)
	}
	j.Put("cert.sign", encode(r.Sign))
	if steps.Dual(&j.Facts) {
		j.Put("cert.encrypt", encode(r.Encrypt))
		j.Put("envelope", encode(r.Envelope))
		j.Say("签名证书、加密证书已签发", "both certificates issued")
	} else {
		j.Say("证书已签发，签名与加密通用", "one certificate issued, for signing and encryption")
	}
	j.Put("chain", strings.Join(chain, " "))
	j.Put("transaction", encode(r.Transaction))
	j.Put(flow.IssuedKey, sm.SerialText(cert.Serial))
	return nil
}

func replyOf(f *flow.Facts) service.CertReply {
	r := service.CertReply{Sign: decode(f.Out["cert.sign"]), Transaction: decode(f.Out["transaction"])}
	if steps.Dual(f) {
		r.Encrypt, r.Envelope = decode(f.Out["cert.encrypt"]), decode(f.Out["envelope"])
	}
	for _, c := range strings.Fields(f.Out["chain"]) {
		r.Chain = append(r.Chain, decode(c))
	}
	return r
}

// commitPair books the line and the certificates in the act that journals the answer.
func commitPair(tx *service.Tx, f *flow.Facts) error {
	line, err := lineOf(tx, f)
	if err != nil {
		return err
	}
	for _, k := range certKeys(f) {
		cert, err := sm.ParseCertificate(decode(f.Out[k.out]))
		if err != nil {
			return err
		}
		rec := service.Certificate{Serial: sm.SerialText(cert.Serial), Usage: k.usage, Line: line, Case: f.Case.No, Subject: cert.SubjectText,
			DER: cert.Raw, Status: service.CertValid, NotBefore: cert.NotBefore, NotAfter: cert.NotAfter}
		if err := tx.Certs.PutCertificate(rec); err != nil {
			return err
		}
	}
	if err := steps.Tell(tx, "issued", map[string]string{"case": f.Case.No, "line": line, "serial": f.Out[flow.IssuedKey]}); err != nil {
		return err
	}
	return tx.Audit.Append("cert.issued", f.Case.No, f.Out[flow.IssuedKey])
}

// lineOf opens a certificate line for the case, once: holder × project × product × ordinal.
func lineOf(tx *service.Tx, f *flow.Facts) (string, error) {
	if f.Case.Line != "" {
		return f.Case.Line, nil
	}
	l := service.Line{ID: "L" + f.Case.No[1:], Customer: f.Case.Customer, Project: f.Case.Project, Product: f.Case.Product, Ordinal: 1, Created: tx.Now}
	if f.Case.Holder.Number != "" {
		l.HolderID = tx.Customers.HolderKey(f.Case.Holder.Number)
	}
	for _, k := range f.Known.Lines {
		if k.Project == l.Project && k.Product == l.Product && k.HolderID == l.HolderID {
			l.Ordinal = max(l.Ordinal, k.Ordinal+1)
		}
	}
	f.Case.Line = l.ID
	return l.ID, tx.Certs.PutLine(l)
}

// acknowledge tells the CA that the certificates are verified and committed here, before anything is written to the token.
func acknowledge() flow.Step {
	return flow.Step{
		Name: "accept", Stage: service.StageMake, Title: service.T("向中心确认收到", "Confirm to the CA"),
		Do: func(ctx context.Context, j *flow.Job) error {
			j.Say("certConf", "certConf")
			return j.Desk.CA.Confirm(ctx, replyOf(&j.Facts))
		},
	}
}
