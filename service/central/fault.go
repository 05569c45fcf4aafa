package central

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"reflect"

	"certdesk/service"
)

// phase is how far an exchange came; what an error means depends on it.
type phase int32

const (
	phaseDial  phase = iota // no connection yet
	phaseShake              // connected, TLS not finished
	phaseWait               // request on its way, no answer yet
	phaseReply              // the first byte of the answer is in
)

// fault turns an error of the line into the station's own, once. ctx is the caller's, whose end is no fault of the centre.
func (c *Client) fault(ctx context.Context, op string, at phase, err error) *service.Error {
	op = "central." + op
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return service.E(service.Cancelled, op, nil, err)
	}
	if e := tlsFault(op, err); e != nil {
		return e
	}
	switch {
	case at == phaseDial:
		return c.unreachable(op, err)
	case timedOut(err):
		return service.E(service.CASlow, op, nil, err)
	case lineBroke(err) || at != phaseReply:
		return c.unreachable(op, err)
	}
	return service.E(service.CAGarbage, op, nil, err)
}

func (c *Client) unreachable(op string, err error) *service.Error {
	return service.E(service.CAUnreachable, op, service.Args{"address": c.address}, err)
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

func lineBroke(err error) bool {
	var n *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &n)
}

// tlsFault tells who distrusts whom; nil where err is not about TLS.
func tlsFault(op string, err error) *service.Error {
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &verify):
		return service.E(service.CAUntrusted, op, service.Args{"reason": lineReason(err)}, err)
	case errors.As(err, &record):
		return service.E(service.CAGarbage, op, nil, err)
	}
	return alertFault(op, err)
}

// lineReason tells a line outside its time, where this machine's clock may be what is wrong, from a line of somebody else.
func lineReason(err error) string {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return "expired" // crypto/x509 says the same of a certificate that is not valid yet
	}
	return "line"
}

// alertFault reads the alert by which the centre ended the line. The alerts about the station's certificate are those of
// RFC 8446, 6.2: bad_certificate to certificate_unknown, unknown_ca, access_denied, certificate_required.
func alertFault(op string, err error) *service.Error {
	var n *net.OpError
	if !errors.As(err, &n) || n.Op != "remote error" {
		return nil
	}
	// crypto/tls keeps the type of a received alert to itself; its kind is the alert's number.
	v := reflect.ValueOf(n.Err)
	if v.Kind() != reflect.Uint8 {
		return nil
	}
	switch a := v.Uint(); {
	case a >= 42 && a <= 46, a == 48, a == 49, a == 116:
		return service.E(service.StationUnknown, op, nil, err)
	}
	return service.E(service.CAGarbage, op, nil, err)
}
