package server

import (
	"bytes"
	"context"
	"encoding/asn1"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/cmp"
	"certdesk/service/sm"
)

const maxRevocations = 16

// confirm serves a certConf. A pair that the station took is confirmed; of one that it refused nothing is noted, and the
// centre revokes it as it does everything that nobody confirmed. Repeats get pkiConf again.
func (x *exchange) confirm(ctx context.Context, b *cmp.CertConfirms) (cmp.Body, error) {
	var hashes [][32]byte
	for _, c := range b.Certs {
		if !c.Accepted() {
			x.front.log.Info("station refused a certificate", "station", x.who.ID, "fail", c.Status.Fail.String())
			continue
		}
		if len(c.Hash) != 32 {
			return nil, bad(cmp.BadCertID, "hash", nil)
		}
		hashes = append(hashes, [32]byte(c.Hash))
	}
	if len(hashes) > 2*maxRevocations {
		return nil, bad(cmp.BadRequest, "hash", nil)
	}
	if err := x.under.Confirm(ctx, hashes); err != nil {
		return nil, err
	}
	return &cmp.Confirmed{}, nil
}

// revoke serves an rr: one status for each certificate, in their order.
func (x *exchange) revoke(ctx context.Context, b *cmp.RevRequests) (cmp.Body, error) {
	if len(b.Revocations) > maxRevocations {
		return nil, bad(cmp.BadRequest, "revocations", nil)
	}
	results, err := x.under.Revoke(ctx, x.revoking(b))
	if err != nil {
		return nil, err
	}
	out := &cmp.RevReplies{}
	for i, err := range results {
		status := cmp.StatusInfo{}
		if err != nil {
			x.refused("revocation refused", err, "serial", sm.SerialText(b.Revocations[i].Cert.Serial))
			status = statusOf(err)
		}
		out.Statuses = append(out.Statuses, status)
	}
	return out, nil
}

// revoking: a serial of another issuer is none of ours, and no serial says so.
func (x *exchange) revoking(b *cmp.RevRequests) (list []ca.Revoking) {
	for _, r := range b.Revocations {
		one := ca.Revoking{Reason: max(r.Reason, 0)}
		if f, ok := x.chain.family(r.Cert.Issuer); ok {
			one.Family, one.Serial = f, sm.SerialText(r.Cert.Serial)
		}
		list = append(list, one)
	}
	return list
}

// family is that of the issuing CA of the name.
func (c chain) family(issuer []byte) (service.Family, bool) {
	if bytes.Equal(issuer, c.issuing.RawSubject) {
		return service.FamilySM2, true
	}
	for _, o := range c.anchors.Others {
		if x, err := sm.ParseCertificate(o.Issuing); err == nil && bytes.Equal(issuer, x.RawSubject) {
			return o.Family, true
		}
	}
	return "", false
}

// general serves a genm: the CA's certificates and the current CRL to whoever names them (RFC 9810, 5.3.19.6 and 5.3.19.14);
// items it does not know are passed over.
func (x *exchange) general(ctx context.Context, b *cmp.General) (cmp.Body, error) {
	if b.Kind != cmp.GenM {
		return nil, bad(cmp.BadRequest, "body", nil)
	}
	out := &cmp.General{Kind: cmp.GenP}
	if _, asked := b.Find(idCACerts()); asked {
		der, err := asn1.Marshal([]asn1.RawValue{{FullBytes: x.chain.issuing.Raw}, {FullBytes: x.chain.root.Raw}})
		if err != nil {
			return nil, service.E(service.Internal, "server.cmp", nil, err)
		}
		out.Info = append(out.Info, cmp.Info{Type: idCACerts(), Value: der})
	}
	if _, asked := b.Find(idCurrentCRL()); asked {
		der, err := x.front.svc.CRL(ctx)
		if err != nil {
			return nil, err
		}
		if len(der) > cmp.MaxMessage/2 {
			return nil, bad(cmp.AddInfoNotAvailable, "crl", nil) // PathCRL has it at any length
		}
		out.Info = append(out.Info, cmp.Info{Type: idCurrentCRL(), Value: der})
	}
	return out, nil
}

func idCurrentCRL() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 4, 6} }
func idCACerts() asn1.ObjectIdentifier    { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 4, 17} }
