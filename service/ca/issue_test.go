package ca_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"certdesk/service"
	"certdesk/service/ca"
	"certdesk/service/sm"
)

func TestIssueMakesAWorkingPair(t *testing.T) {
	c := found(t)
	c.joined("0430")
	for name, make := range map[string]func(byte, *sm.PrivateKey) ca.IssueRequest{
		"organisation": orgRequest, "person": personRequest, "staff": staffRequest,
	} {
		t.Run(name, func(t *testing.T) {
			token := smKey(t)
			r := c.issue("0430", make(name[0], token))
			sign, encrypt := cert(t, r.Sign), cert(t, r.Encrypt)
			issuing, root := cert(t, r.Chain[0]), cert(t, r.Chain[1])
			for _, x := range []*sm.Certificate{sign, encrypt} {
				ok(t, sm.VerifyChain(x, []*sm.Certificate{issuing}, root, c.now()))
				ok(t, sm.SecondOpinion(x.Raw, issuing.Raw, nil, nil))
			}
			if !bytes.Equal(sign.SPKI, token.PublicKey()) || sign.Serial.Cmp(encrypt.Serial) == 0 {
				t.Fatal("signing certificate: another key, or a serial number twice")
			}
			if !bytes.Equal(sign.RawSubject, encrypt.RawSubject) {
				t.Fatal("two names in one pair")
			}
			opens(t, token, encrypt, r.Envelope)
		})
	}
}

// opens proves that the envelope is for the token and holds the key of the encryption certificate.
func opens(t *testing.T, token *sm.PrivateKey, encrypt *sm.Certificate, envelope []byte) {
	t.Helper()
	key, err := sm.OpenEnvelope(token, envelope)
	ok(t, err)
	sealed, err := sm.Encrypt(rand.Reader, encrypt.SPKI, []byte("challenge of 16b"))
	ok(t, err)
	plain, err := key.Decrypt(sealed)
	if err != nil || string(plain) != "challenge of 16b" {
		t.Fatalf("the enveloped key is not the certificate's: %v", err)
	}
	if _, err := sm.OpenEnvelope(smKey(t), envelope); err == nil {
		t.Fatal("a stranger opened the envelope")
	}
}

func TestIssueUsagesAndDates(t *testing.T) {
	c := found(t)
	c.joined("0430")
	r := c.issue("0430", orgRequest(1, smKey(t)))
	sign, encrypt := cert(t, r.Sign), cert(t, r.Encrypt)
	if sign.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment {
		t.Errorf("signing usage %b", sign.KeyUsage)
	}
	if encrypt.KeyUsage != x509.KeyUsageKeyEncipherment|x509.KeyUsageDataEncipherment|x509.KeyUsageKeyAgreement {
		t.Errorf("encryption usage %b", encrypt.KeyUsage)
	}
	from := time.Date(2026, 11, 21, 2, 25, 0, 0, time.UTC)
	to := time.Date(2027, 11, 21, 15, 59, 59, 0, time.UTC) // 23:59:59 in China
	for _, x := range []*sm.Certificate{sign, encrypt} {
		if !x.NotBefore.Equal(from) || !x.NotAfter.Equal(to) {
			t.Errorf("valid %v to %v", x.NotBefore, x.NotAfter)
		}
		if len(x.CRLURLs) != 1 || x.CRLURLs[0] != "http://localhost/crl" {
			t.Errorf("CRL at %v", x.CRLURLs)
		}
	}
	long := orgRequest(2, smKey(t))
	long.Days = 100000
	capped := cert(t, c.issue("0430", long).Sign)
	if want := time.Date(2031, 11, 25, 15, 59, 59, 0, time.UTC); !capped.NotAfter.Equal(want) { // 1830 days
		t.Errorf("the profile did not cap the days: %v", capped.NotAfter)
	}
}

func TestIssueIsIdempotent(t *testing.T) {
	c := found(t)
	c.joined("0430")
	c.joined("0431")
	token := smKey(t)
	req := orgRequest(1, token)
	first := c.issue("0430", req)
	c.pass(time.Hour)
	req.Transaction = []byte("another")
	second := c.issue("0430", req)
	if string(second.Transaction) != "another" {
		t.Fatal("the reply names another exchange")
	}
	second.Transaction = first.Transaction
	if !reflect.DeepEqual(first, second) {
		t.Fatal("a retry got another pair")
	}
	for name, spoil := range map[string]func(*ca.IssueRequest){
		"template": func(r *ca.IssueRequest) { r.TemplateDigest[0]++ },
		"days":     func(r *ca.IssueRequest) { r.Days++ },
		"name":     func(r *ca.IssueRequest) { r.Subject.CommonName = "别人" },
		"key":      func(r *ca.IssueRequest) { r.PublicKey = smKey(t).PublicKey() },
		"profile":  func(r *ca.IssueRequest) { r.Profile = "no such" },
	} {
		other := req
		spoil(&other)
		if _, err := c.Issue(c.ctx(), "0430", other); !service.IsCode(err, service.CAConflict) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	_, err := c.Issue(c.ctx(), "0431", req)
	wants(t, err, service.CAConflict, "")
}

func TestIssueAtOnceGivesOnePair(t *testing.T) {
	c := found(t)
	c.joined("0430")
	req := orgRequest(1, smKey(t))
	replies, errs := make([]service.CertReply, 8), make([]error, 8)
	var wg sync.WaitGroup
	for i := range replies {
		wg.Go(func() { replies[i], errs[i] = c.Issue(c.ctx(), "0430", req) })
	}
	wg.Wait()
	for i := range replies {
		ok(t, errs[i])
		if !reflect.DeepEqual(replies[0], replies[i]) {
			t.Fatal("two pairs under one key")
		}
	}
	n := 0
	ok(t, c.store.Read(c.ctx(), func(tx ca.Tx) error {
		pairs, err := tx.Pairs.Find(ca.PairQuery{UnconfirmedBefore: c.now().Add(time.Hour)})
		n = len(pairs)
		return err
	}))
	if n != 1 {
		t.Fatalf("%d pairs stored", n)
	}
}

func TestIssueRefuses(t *testing.T) {
	c := found(t)
	m := c.joined("0430")
	token := smKey(t)
	offCurve := append([]byte(nil), token.PublicKey()...)
	offCurve[len(offCurve)-1] ^= 1
	twin := written(token.PublicKey())
	ok(t, sm.CheckPublicKey(twin))
	generator, err := sm.FromPoint(generatorPoint())
	ok(t, err)
	for name, tc := range map[string]struct {
		spoil  func(*ca.IssueRequest)
		reason string
	}{
		"profile":         {func(r *ca.IssueRequest) { r.Profile = "root-sm2" }, "profile"},
		"no days":         {func(r *ca.IssueRequest) { r.Days = 0 }, "days"},
		"P-256 key":       {func(r *ca.IssueRequest) { r.PublicKey = m.request.TLSKey }, "public-key"},
		"off the curve":   {func(r *ca.IssueRequest) { r.PublicKey = offCurve }, "public-key"},
		"private key 1":   {func(r *ca.IssueRequest) { r.PublicKey = generator }, "public-key"},
		"written twice":   {func(r *ca.IssueRequest) { r.PublicKey = twin }, "public-key"},
		"no key":          {func(r *ca.IssueRequest) { r.PublicKey = nil }, "public-key"},
		"no name":         {func(r *ca.IssueRequest) { r.Subject.CommonName = "" }, "required"},
		"no credit code":  {func(r *ca.IssueRequest) { r.Subject.CreditCode = "" }, "required"},
		"control":         {func(r *ca.IssueRequest) { r.Subject.CommonName = "甲\n乙" }, "characters"},
		"bidi":            {func(r *ca.IssueRequest) { r.Subject.Organisation = "甲\u202e乙" }, "characters"},
		"bidi isolate":    {func(r *ca.IssueRequest) { r.Subject.City = "甲\u2066乙" }, "characters"},
		"zero width":      {func(r *ca.IssueRequest) { r.Subject.Unit = "甲\u200b乙" }, "characters"},
		"private use":     {func(r *ca.IssueRequest) { r.Subject.Unit = "甲\ue000" }, "characters"},
		"no UTF-8":        {func(r *ca.IssueRequest) { r.Subject.Unit = "甲\xff" }, "characters"},
		"65 characters":   {func(r *ca.IssueRequest) { r.Subject.CommonName = strings.Repeat("长", 65) }, "characters"},
		"lower-case USCC": {func(r *ca.IssueRequest) { r.Subject.CreditCode = "91440300192203821i" }, "format"},
		"short id":        {func(r *ca.IssueRequest) { r.Subject.IDNumber = "1101051949" }, "format"},
		"passport":        {func(r *ca.IssueRequest) { r.Subject.Passport = "E 1" }, "format"},
	} {
		t.Run(name, func(t *testing.T) {
			req := orgRequest(9, token)
			tc.spoil(&req)
			_, err := c.Issue(c.ctx(), "0430", req)
			wants(t, err, service.CARefused, tc.reason)
		})
	}
	wide := orgRequest(10, token)
	wide.Subject.CommonName = strings.Repeat("长", 64)
	c.issue("0430", wide)
	person := personRequest(11, smKey(t))
	person.Subject.IDNumber = ""
	_, err = c.Issue(c.ctx(), "0430", person)
	wants(t, err, service.CARefused, "required")
	_, err = c.Issue(c.ctx(), "9999", orgRequest(12, token))
	wants(t, err, service.StationUnknown, "")
}

func TestKeyBelongsToOneHolder(t *testing.T) {
	c := found(t)
	c.joined("0430")
	token := smKey(t)
	c.issue("0430", orgRequest(1, token))
	c.issue("0430", orgRequest(2, token)) // renewal with the same key
	_, err := c.Issue(c.ctx(), "0430", personRequest(3, token))
	wants(t, err, service.CARefused, "key-taken")
}

// written is the same key in another encoding: a NULL stands behind the curve's name.
func written(spki []byte) []byte {
	alg := 4 + int(spki[3])
	out := append([]byte{0x30, spki[1] + 2, 0x30, spki[3] + 2}, spki[4:alg]...)
	return append(append(out, 5, 0), spki[alg:]...)
}

// generatorPoint is 04‖xG‖yG of GB/T 32918.5.
func generatorPoint() []byte {
	return unhex("0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7" +
		"bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0")
}
