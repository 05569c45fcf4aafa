package server

import (
	"errors"

	"certdesk/service"
	"certdesk/service/cmp"
	"certdesk/service/wire"
)

// refusal is an error that knows its PKIFailureInfo.
type refusal struct {
	coded *service.Error
	fail  cmp.FailInfo
}

// Error is the coded error's.
func (r *refusal) Error() string { return r.coded.Error() }

// Unwrap gives the coded error.
func (r *refusal) Unwrap() error { return r.coded }

func refuse(fail cmp.FailInfo, code service.Code, args service.Args, err error) error {
	return &refusal{coded: service.E(code, "server.cmp", args, err), fail: fail}
}

// bad is a message that breaks a rule of the protocol; field names the part.
func bad(fail cmp.FailInfo, field string, err error) error {
	return refuse(fail, service.CARefused, service.Args{"reason": "protocol", "field": field}, err)
}

// failOf names an error in CMP's words. The codes are those of the centre's domain.
func failOf(err error) cmp.FailInfo {
	var r *refusal
	if errors.As(err, &r) {
		return r.fail
	}
	switch service.CodeOf(err) {
	case service.CAConflict:
		return cmp.DuplicateCertReq
	case service.CAClock:
		return cmp.BadTime
	case service.CARefused:
		return failOfReason(service.ArgsOf(err)["reason"])
	case service.NotFound:
		return cmp.BadCertID
	case service.StationUnknown, service.NotPermitted:
		return cmp.NotAuthorized
	case service.SignatureBad:
		return cmp.BadPOP
	case service.InputInvalid, service.InputRequired, service.InputTooLong:
		return cmp.BadDataFormat
	case service.StoreBusy:
		return cmp.SystemUnavail
	}
	return cmp.SystemFailure
}

// failOfReason: the reasons of the domain's CARefused. What is left concerns what was asked for.
func failOfReason(reason string) cmp.FailInfo {
	switch reason {
	case "unknown", "half":
		return cmp.BadCertID
	case "revoked":
		return cmp.CertRevoked
	case "reason":
		return cmp.BadRequest
	case "replay":
		return cmp.TransactionIDInUse
	}
	return cmp.BadCertTemplate
}

// statusOf is the error as PKIStatusInfo: the code and its arguments, never its cause.
func statusOf(err error) cmp.StatusInfo {
	return cmp.StatusInfo{Status: cmp.Rejection, Text: wire.FromError(err).Lines(), Fail: failOf(err)}
}

func failure(err error) cmp.Body { return &cmp.Failure{Status: statusOf(err)} }

func isReplay(err error) bool {
	return service.IsCode(err, service.CARefused) && service.ArgsOf(err)["reason"] == "replay"
}
