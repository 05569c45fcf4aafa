package flow

import (
	"context"
	"encoding/binary"
	"errors"
	"strconv"

	"certdesk/service"
	"certdesk/service/sm"
)

// errAskAgain is how a reconciled step that asks and acts returns to its question.
var errAskAgain = errors.New("ask again")

// seat is an open token with who is logged in to it. Machine steps that follow one another share it, so that the token is opened
// and the PIN proved once; after an error it is given up, and the next try begins with the device as it is.
type seat struct {
	token service.TokenSession
	login bool
}

func (s *seat) close() {
	if s.token != nil {
		s.token.Close()
		s.token, s.login = nil, false
	}
}

// Token opens the pinned token, once per seat, and makes sure it is that one.
// Errors: TokenAbsent, TokenOther where only another is in, and whatever opening says.
func (j *Job) Token(ctx context.Context) (service.TokenSession, error) {
	if j.seat.token != nil {
		return j.seat.token, nil
	}
	want := j.Case.Token
	infos, err := j.Desk.Tokens.List(ctx)
	if err != nil {
		return nil, err
	}
	if !present(infos, want) {
		return nil, absent(infos, want)
	}
	s, err := j.Desk.Tokens.Open(ctx, want)
	if err != nil {
		return nil, err
	}
	j.seat.token = s
	return s, nil
}

func present(infos []service.TokenInfo, serial string) bool {
	for _, i := range infos {
		if i.Serial == serial {
			return true
		}
	}
	return false
}

func absent(infos []service.TokenInfo, want string) error {
	if len(infos) > 0 {
		return service.E(service.TokenOther, "flow.Token", service.Args{"want": want, "have": serials(infos)}, nil)
	}
	return service.E(service.TokenAbsent, "flow.Token", service.Args{"serial": want}, nil)
}

// Reopen gives the open token up: what is done next opens it anew. Initialising ends a device's handles (PKCS#11 C_InitToken).
func (j *Job) Reopen() { j.seat.close() }

// LoggedIn opens the token and logs in with pin, once per seat.
func (j *Job) LoggedIn(ctx context.Context, pin []byte) (service.TokenSession, error) {
	s, err := j.Token(ctx)
	if err != nil || j.seat.login {
		return s, err
	}
	if err := s.Login(ctx, pin); err != nil {
		return nil, err
	}
	j.seat.login = true
	return s, nil
}

// KeepSecret stores a sealed setting in the act that journals the step as done.
func (j *Job) KeepSecret(name string, value []byte) {
	if j.Keep == nil {
		j.Keep = map[string][]byte{}
	}
	j.Keep[name] = value
}

// Setting reads a sealed setting; nil where there is none.
func (j *Job) Setting(ctx context.Context, name string) ([]byte, error) {
	var out []byte
	err := j.Desk.Read(ctx, func(v service.View) (err error) {
		out, err = v.Settings.Get(name)
		return err
	})
	if service.IsCode(err, service.NotFound) {
		return nil, nil
	}
	return out, err
}

// Put leaves an output: later steps find it in Out, and the done row keeps it (sealed).
func (j *Job) Put(name, value string) {
	if j.result == nil {
		j.result = map[string]string{}
	}
	j.Out[name], j.result[name] = value, value
}

// Say sets what the step did, in words, for the screen and the journal.
func (j *Job) Say(zh, en string) {
	j.Note = service.T(zh, en)
	j.Put(noteKey, zh)
	j.Put(noteKeyEN, en)
}

// RequestKey is the idempotency key of a request to the CA: SM3(station ‖ case ‖ step ‖ attempt ‖ public key), each part with its
// length in front (DESIGN 4).
func RequestKey(station, caseNo, step string, attempt int, spki []byte) [32]byte {
	var b []byte
	for _, part := range [][]byte{[]byte(station), []byte(caseNo), []byte(step), []byte(strconv.Itoa(attempt)), spki} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	return sm.Sum(b)
}
