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

// Token opens the pinned token, once per job, and makes sure it is that one.
// Errors: TokenAbsent, TokenOther where only another is in, and whatever opening says.
func (j *Job) Token(ctx context.Context) (service.TokenSession, error) {
	if j.token != nil {
		return j.token, nil
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
	j.token = s
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

// LoggedIn opens the token and logs in with pin, once per job.
func (j *Job) LoggedIn(ctx context.Context, pin []byte) (service.TokenSession, error) {
	s, err := j.Token(ctx)
	if err != nil || j.login {
		return s, err
	}
	if err := s.Login(ctx, pin); err != nil {
		return nil, err
	}
	j.login = true
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
}

func (j *Job) close() {
	wipeAll(j.Keep)
	if j.token != nil {
		j.token.Close()
		j.token, j.login = nil, false
	}
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
