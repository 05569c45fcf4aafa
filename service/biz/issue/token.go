package issue

import (
	"context"

	"certdesk/service"
	"certdesk/service/biz/steps"
	"certdesk/service/flow"
)

// initialise gives the token its own SO PIN, the job's PIN and the job id as label, in one act of the device.
func initialise() flow.Step {
	return flow.Step{
		Name: "init", Stage: service.StageMake, Title: service.T("初始化介质", "Initialise the token"), KeepIn: true, Final: true,
		Do:        initToken,
		Reconcile: initialised,
	}
}

func initToken(ctx context.Context, j *flow.Job) error {
	s, err := j.Token(ctx)
	if err != nil {
		return err
	}
	pin, err := steps.JobPIN(&j.Facts, steps.Rule(&j.Facts))
	if err != nil {
		return err
	}
	defer clear(pin)
	spec := service.InitSpec{Label: steps.Job(j.Case), UserPIN: pin}
	if err := steps.Initialise(ctx, j, s, spec); err != nil {
		return err
	}
	j.Reopen()
	j.Say("管理 PIN 已更换，标签 "+spec.Label, "own SO PIN set, label "+spec.Label)
	return nil
}

// initialised asks the token itself: the job's label and the job's PIN are both there, or it is done again.
func initialised(ctx context.Context, j *flow.Job) (flow.Outcome, error) {
	s, err := j.Token(ctx)
	if err != nil {
		return flow.Repeat, err
	}
	info, err := s.Info(ctx)
	if err != nil || info.Label != steps.Job(j.Case) {
		return flow.Repeat, err
	}
	if _, err := loggedIn(ctx, j); err != nil {
		if service.IsCode(err, service.PINWrong, service.PINLocked, service.TokenBlank) {
			err = nil
		}
		return flow.Repeat, err
	}
	j.Say("已在介质上", "already on the token")
	return flow.Happened, steps.Initialised(ctx, j)
}

// generate makes the signing key on the token, where it stays; a key of this job that is already there is adopted.
func generate() flow.Step {
	return flow.Step{
		Name: "key", Stage: service.StageMake, Title: service.T("生成签名密钥", "Generate the signing key"), KeepIn: true,
		Do: func(ctx context.Context, j *flow.Job) error {
			s, err := loggedIn(ctx, j)
			if err != nil {
				return err
			}
			alg, err := steps.Algorithm(&j.Facts)
			if err != nil {
				return err
			}
			name := steps.Job(j.Case)
			spki, err := s.PublicKey(ctx, name, service.UsageSign)
			if service.IsCode(err, service.TokenObject) {
				spki, err = s.GenerateKey(ctx, name, alg)
			}
			if err != nil {
				return err
			}
			j.Put("spki", encode(spki))
			j.Say("在介质内，私钥不出介质", "on the token; the private key never leaves it")
			return nil
		},
	}
}

// loggedIn opens the pinned token under the job's PIN.
func loggedIn(ctx context.Context, j *flow.Job) (service.TokenSession, error) {
	pin, err := steps.JobPIN(&j.Facts, steps.Rule(&j.Facts))
	if err != nil {
		return nil, err
	}
	defer clear(pin)
	return j.LoggedIn(ctx, pin)
}

// importKey brings the encryption pair onto the token as the KMC's envelope; only a decrypted challenge proves that it is there.
func importKey() flow.Step {
	return flow.Step{
		Name: "import", Stage: service.StageMake, Title: service.T("写入加密密钥", "Import the encryption key"), KeepIn: true,
		When: steps.Dual, Do: importEnvelope, Reconcile: imported,
	}
}

func importEnvelope(ctx context.Context, j *flow.Job) error {
	s, err := loggedIn(ctx, j)
	if err != nil {
		return err
	}
	if err := s.ImportEncryptionKey(ctx, steps.Job(j.Case), decode(j.Out["envelope"])); err != nil {
		return err
	}
	j.Say("数字信封，受理点不解密", "as an envelope, never opened at the counter")
	return proveImport(ctx, j, s)
}

func proveImport(ctx context.Context, j *flow.Job, s service.TokenSession) error {
	return steps.ProveDecryption(ctx, j, s, steps.Job(j.Case), decode(j.Out["cert.encrypt"]))
}

func imported(ctx context.Context, j *flow.Job) (flow.Outcome, error) {
	s, err := loggedIn(ctx, j)
	if err != nil {
		return flow.Repeat, err
	}
	if proveImport(ctx, j, s) != nil {
		return flow.Repeat, nil
	}
	j.Say("已在介质上，解密验证通过", "already there; decryption proved")
	return flow.Happened, nil
}

// writeCertificates writes both certificates, or the single one; what is there and equal is left alone.
func writeCertificates() flow.Step {
	return flow.Step{
		Name: "write", Stage: service.StageMake, Title: service.T("写入证书", "Write the certificates"), KeepIn: true,
		Do: func(ctx context.Context, j *flow.Job) error {
			s, err := loggedIn(ctx, j)
			if err != nil {
				return err
			}
			for _, k := range certKeys(&j.Facts) {
				if err := writeOne(ctx, s, steps.Job(j.Case), k.usage, decode(j.Out[k.out])); err != nil {
					return err
				}
			}
			if steps.Dual(&j.Facts) {
				j.Say("签名证书、加密证书", "signing and encryption certificate")
			} else {
				j.Say("一张证书，签名与加密通用", "one certificate, for signing and encryption")
			}
			return nil
		},
	}
}

// certKey is a certificate of the case and the output it is kept in.
type certKey struct {
	usage service.KeyUsage
	out   string
}

func certKeys(f *flow.Facts) []certKey {
	if !steps.Dual(f) {
		return []certKey{{service.UsageBoth, "cert.sign"}}
	}
	return []certKey{{service.UsageSign, "cert.sign"}, {service.UsageEncrypt, "cert.encrypt"}}
}

func writeOne(ctx context.Context, s service.TokenSession, name string, usage service.KeyUsage, der []byte) error {
	have, err := s.ReadCertificate(ctx, name, usage)
	if err == nil && string(have) == string(der) {
		return nil
	}
	if err != nil && !service.IsCode(err, service.TokenObject) {
		return err
	}
	return s.WriteCertificate(ctx, name, usage, der)
}
