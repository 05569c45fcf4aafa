package sm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/smx509"

	"certdesk/service"
)

// VerifyChain builds a path from leaf over issuers to root and checks it as of now (RFC 5280, 6): signatures, validity of
// every certificate, CA flag, keyCertSign, path length, critical extensions. root is trusted as given.
// service.CAUntrusted with reason expired, not-yet, issuer (none found that signed it and may), path-length, critical, name or chain.
func VerifyChain(leaf *Certificate, issuers []*Certificate, root *Certificate, now time.Time) (err error) {
	defer contain("VerifyChain", "certificate", &err)
	l, err := leaf.inner()
	if err != nil {
		return err
	}
	roots, between := smx509.NewCertPool(), smx509.NewCertPool()
	if err := addTo(roots, root); err != nil {
		return err
	}
	if err := addTo(between, issuers...); err != nil {
		return err
	}
	chains, err := l.Verify(smx509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now,
		KeyUsages: []smx509.ExtKeyUsage{smx509.ExtKeyUsageAny}})
	if err != nil {
		return untrusted("VerifyChain", chainReason(err, now), err)
	}
	for _, path := range chains {
		if mayIssue(path[1:]) {
			return nil
		}
	}
	return untrusted("VerifyChain", "issuer", errors.New("an issuer is no CA or lacks keyCertSign"))
}

// mayIssue is stricter than the library: a CA must state keyCertSign (RFC 5280, 4.2.1.3), and a version 1 certificate is no CA.
func mayIssue(issuers []*smx509.Certificate) bool {
	for _, c := range issuers {
		if !c.BasicConstraintsValid || !c.IsCA || c.KeyUsage&smx509.KeyUsageCertSign == 0 {
			return false
		}
	}
	return true
}

func addTo(pool *smx509.CertPool, certs ...*Certificate) error {
	for _, c := range certs {
		x, err := c.inner()
		if err != nil {
			return err
		}
		pool.AddCert(x)
	}
	return nil
}

func untrusted(op, reason string, err error) *service.Error {
	return service.E(service.CAUntrusted, "sm."+op, service.Args{"reason": reason}, err)
}

func chainReason(err error, now time.Time) string {
	var invalid smx509.CertificateInvalidError
	var authority smx509.UnknownAuthorityError
	var critical smx509.UnhandledCriticalExtension
	switch {
	case errors.As(err, &invalid):
		return invalidReason(invalid, now)
	case errors.As(err, &authority):
		return "issuer"
	case errors.As(err, &critical):
		return "critical"
	}
	return "chain"
}

func invalidReason(e smx509.CertificateInvalidError, now time.Time) string {
	switch e.Reason {
	case smx509.Expired:
		if e.Cert != nil && now.Before(e.Cert.NotBefore) {
			return "not-yet"
		}
		return "expired"
	case smx509.NotAuthorizedToSign:
		return "issuer"
	case smx509.TooManyIntermediates:
		return "path-length"
	case smx509.CANotAuthorizedForThisName, smx509.NameMismatch, smx509.NameConstraintsWithoutSANs:
		return "name"
	}
	return "chain"
}

// VerifyIssued checks one step: issuer is a CA that may sign and signed c. Dates are not looked at.
// service.CAUntrusted with reason issuer.
func VerifyIssued(c, issuer *Certificate) (err error) {
	defer contain("VerifyIssued", "certificate", &err)
	x, err := c.inner()
	if err != nil {
		return err
	}
	parent, err := issuer.inner()
	if err != nil {
		return err
	}
	if string(x.RawIssuer) != string(parent.RawSubject) {
		return untrusted("VerifyIssued", "issuer", fmt.Errorf("issued by %s", NameText(x.RawIssuer)))
	}
	if err := x.CheckSignatureFrom(parent); err != nil {
		return untrusted("VerifyIssued", "issuer", err)
	}
	return nil
}

// Endorsement is what an SM2 root signs for the root of another family, so that who trusts the one may trust the other: a label that
// begins no certificate, then both parts, each behind its length.
func Endorsement(family service.Family, root []byte) []byte {
	out := []byte("certdesk endorsement")
	for _, part := range [][]byte{[]byte(family), root} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	return out
}
