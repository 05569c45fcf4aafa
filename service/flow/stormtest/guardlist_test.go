package stormtest_test

// guard is a line of the program without which an invariant breaks: old is replaced by new, and the schedules must notice.
// A guard of what random schedules do not reach names the package and the tests that notice.
type guard struct{ name, file, old, new, pkg, run string }

func (g guard) where() (pkg, run string) {
	if g.pkg == "" {
		return ".", "TestEveryPoint|TestSeeds"
	}
	return "certdesk/" + g.pkg, g.run
}

func guards() []guard {
	return append(storms(), saga()...)
}

// storms are guards that the schedules themselves miss.
func storms() []guard {
	return []guard{
		{name: "a request keeps its key", file: "service/biz/issue/request.go",
			old: `RequestKey(j.Station.ID, j.Case.No, "issue", j.Case.Attempt, spki), Profile`,
			new: `RequestKey(j.Station.ID, j.Case.No, "issue"+j.Desk.Env.NewID(), j.Case.Attempt, spki), Profile`},
		{name: "a pair is confirmed", file: "service/biz/issue/request.go",
			old: `return j.Desk.CA.Confirm(ctx, replyOf(&j.Facts))`,
			new: `return nil`},
		{name: "an unanswered request is withdrawn", file: "service/flow/replace.go",
			old: `	if !r.open {`,
			new: `	if r.open || !r.open {`},
		{name: "a replaced pair is revoked", file: "service/flow/replace.go",
			old: `	if issued != "" {`,
			new: `	if issued == "-" {`},
		{name: "a replaced pair is booked as revoked", file: "service/flow/replace.go",
			old: `		c.Status = service.CertRevoked
`,
			new: ``},
		{name: "an answer is to what was shown", file: "service/flow/draft.go",
			old: `	if version == 0 || version == have {`,
			new: `	if version > 0 {`},
		{name: "the CA's unknown answer is asked for again", file: "service/flow/work.go",
			old: `	case unknown:
		state = service.StepStarted`,
			new: `	case unknown:
		state = service.StepFailed`},
		{name: "the SO PIN is kept", file: "service/biz/steps/sopin.go", pkg: "service/biz", run: "TestUnlockWithoutCentre|TestUnlockOffline",
			old: `	j.KeepSecret(soPIN(serial, g), t.PIN)`,
			new: ``},
		{name: "a used SO PIN is due to be changed", file: "service/biz/steps/sopin_use.go",
			old: `standing{force: g, due: true}.keep(j)`,
			new: `standing{force: g}.keep(j)`},
		{name: "initialising is reconciled", file: "service/biz/issue/token.go", pkg: "service/flow", run: "TestNotTwice",
			old: `		Reconcile: initialised,
`,
			new: ``},
		{name: "a key is adopted", file: "service/biz/issue/token.go", pkg: "service/flow", run: "TestNotTwice",
			old: `spki, err := s.PublicKey(ctx, name, service.UsageSign)
			if service.IsCode(err, service.TokenObject) {`,
			new: `var spki []byte
			{`},
		{name: "an import is asked after", file: "service/biz/issue/token.go", pkg: "service/flow", run: "TestNotTwice",
			old: `Reconcile: imported,`,
			new: ``},
		{name: "an unknown PIN is set anew", file: "service/biz/issue/finish.go", pkg: "service/biz", run: "TestPINOutcomeUnknown",
			old: `if service.IsCode(err, service.PINWrong, service.PINLocked) {`,
			new: `if service.IsCode(err, service.PINLocked) {`},
		{name: "a certificate is booked on its token", file: "service/biz/issue/finish.go",
			old: `		c.Token = f.Case.Token
`,
			new: ``},
		{name: "nobody reviews his own case", file: "service/flow/answer.go", pkg: "service/flow", run: "TestReview.*|TestSelf.*",
			old: `if cur.Other && p.self() {`,
			new: `if cur.Other && p.alone {`},
		{name: "what is issued is not cancelled", file: "service/flow/cancel.go", pkg: "service/flow", run: "TestCancel.*|TestScreenTells|TestReplace.*",
			old: `p.facts.Out[IssuedKey] != "" || p.givingUp()`,
			new: `p.givingUp()`},
		{name: "money is booked at once", file: "service/biz/steps/money.go",
			old: `	f.Case.Receipt, f.Case.Money,`,
			new: `	_, f.Case.Money,`},
		{name: "an event waits for its acknowledgement", file: "db/outbox.go",
			old: `acknowledged = 0`,
			new: `acknowledged = 0 AND seq % 7 <> 3`},
		{name: "a paper is done when it came out", file: "printing/spool/spool.go",
			old: `	cause := q.print(ctx, j)`,
			new: `	cause := error(nil); if j.Tries > 0 { cause = q.print(ctx, j) }`},
		{name: "an act is all or nothing", file: "db/act.go",
			old: `	if err := fn(a.act()); err != nil {
		return err
	}`,
			new: `	if err := fn(a.act()); err != nil {
		_ = tx.Commit()
		committed = true
		return err
	}`},
		{name: "a commit is on the disk", file: "db/connect.go",
			old: `"synchronous(FULL)"`,
			new: `"synchronous(OFF)"`},
		{name: "a token's file is on the disk", file: "token/softkey/disk.go", pkg: "token/softkey", run: "Power",
			old: `		err = f.Sync()`,
			new: `		_ = f.Sync`},
	}
}

// saga are the rest of DESIGN 4's list, each with the test that stands for it.
func saga() []guard {
	const flow, biz, ca, central = "service/flow", "service/biz", "service/ca", "service/central"
	return []guard{
		{name: "a foreign token stops", file: "service/biz/steps/token.go", pkg: biz, run: "TestForeignToken",
			old: "	if err != nil || len(held) == 0 {", new: "	if err != nil || len(held) >= 0 {"},
		{name: "the serial is pinned", file: "service/flow/job.go", pkg: biz, run: "TestTokensAtTheDesk",
			old: "	if !present(infos, want) {", new: "	if len(infos) > 0 && !present(infos, want) { want = infos[0].Serial }\n	if len(infos) == 0 {"},
		{name: "a token in making is another case's", file: "service/biz/steps/token.go", pkg: biz, run: "TestTokenOfAnotherCase|TestTokenPinnedByAnother",
			old: "		if c.No != f.Case.No {", new: "		if c.No == \"\" {"},
		{name: "what was withdrawn stays so", file: "service/ca/withdraw.go", pkg: ca, run: "TestWithdraw.*",
			old: `	return err == nil, err
}`,
			new: `	return false, err
}`},
		{name: "a refusal after silence proves nothing", file: "service/flow/work.go", pkg: flow, run: "TestRefusalAfterSilence",
			old: "		return err != nil, err // a refusal", new: "		return err != nil && !service.IsCode(err, service.CARefused), err // a refusal"},
		{name: "an act on an answer is certain only where nothing was done", file: "service/flow/work.go", pkg: flow, run: "TestAsksAgain",
			old: "	if step.Ask != nil {\n		return err != nil", new: "	if step.Ask == nil {\n		return err != nil"},
		{name: "a withdrawal that was overtaken takes nothing", file: "service/ca/withdraw.go", pkg: ca, run: "TestWithdrawOvertaken",
			old: "	if !found[0].Confirmed.IsZero() {", new: "	if false {"},
		{name: "a spoilt token is booked out", file: "service/flow/replace.go", pkg: flow, run: "TestBadTokenNotAgain|TestReplace$",
			old: "State: service.StockBad", new: "State: service.StockIssued"},
		{name: "the last SO tries are not spent", file: "service/biz/steps/pins.go", pkg: biz, run: "TestFewSOTries",
			old: "case info.SO.Known && info.SO.Left <= fewTries", new: "case false && info.SO.Left <= fewTries"},
		{name: "no try where nobody knows what is left", file: "service/biz/steps/sopin_use.go", pkg: biz, run: "TestNoGuess.*|TestOpenChange.*",
			old: "	if !info.SO.Known || info.SO.Left <= fewTries {", new: "	if info.SO.Known && info.SO.Left <= fewTries {"},
		{name: "a change of SO PIN is on record before it", file: "service/biz/steps/sopin_change.go", pkg: biz, run: "TestJournaledBeforeChange",
			old: "	standing{force: st.force, next: next}.keep(j)\n", new: ""},
		{name: "a change that was cut off is asked after", file: "service/biz/steps/sopin_change.go", pkg: biz, run: "TestTokenFaultsInChange.*|TestNoGuess.*",
			old: "		u.order, u.guess = st.order(), true\n", new: ""},
		{name: "a changed SO PIN is on record", file: "service/biz/steps/sopin_change.go", pkg: biz, run: "TestChangeOfSOPIN",
			old: "		standing{force: st.next}.keep(j)\n", new: ""},
		{name: "one decision is one try", file: "service/biz/steps/sopin_decide.go", pkg: biz, run: "TestTriesLow.*",
			old: "	f.Set(soTry, \"\")", new: "	_ = soTry"},
		{name: "a dead key is booked out as dead", file: "service/biz/steps/sopin_dead.go", pkg: biz, run: "TestDead.*",
			old: "State: service.StockDead", new: "State: service.StockIssued"},
		{name: "another template under one key is refused", file: "service/ca/issue.go", pkg: ca, run: "Test.*Issue.*|Test.*Key.*|Test.*Conflict.*",
			old: "found[0].Station != station || found[0].Digest != d", new: "found[0].Station != station || len(d) == 0"},
		{name: "attempt n+1 waits for the revocation of n", file: "service/flow/replace.go", pkg: flow, run: "TestReplace.*",
			old: "			return e.kept(ctx, who, no, err)", new: "			_ = err"},
		{name: "the pair is verified before it is believed", file: "service/central/issue.go", pkg: central, run: ".",
			old: "	if got.Chain, err = c.verifyPair(r, got); err != nil {", new: "	if got.Chain, err = c.verifyPair(r, got); len(got.Chain) > 99 {"},
		{name: "repeats of a confirmation are harmless", file: "service/ca/revoke.go", pkg: ca, run: "Test.*Confirm.*",
			old: "	if !pair.Confirmed.IsZero() {\n		return nil\n	}", new: "	if !pair.Confirmed.IsZero() {\n		return refused(\"Confirm\", \"again\", \"\")\n	}"},
		{name: "the centre revokes what nobody confirmed", file: "service/ca/revoke.go", pkg: ca, run: "Test.*Sweep.*|Test.*Unconfirmed.*",
			old: "			if err := s.move(tx, \"\", pair, reasonCessation); err != nil {", new: "			if err := error(nil); pair.Key == \"\" {"},
		{name: "revoking what is revoked is success", file: "service/ca/revoke.go", pkg: ca, run: "Test.*Revoke.*",
			old: "	case 0, 1, 3, reasonSuperseded, reasonCessation:\n		if pair.Status == PairRevoked {\n			return nil\n		}",
			new: "	case 0, 1, 3, reasonSuperseded, reasonCessation:\n		if pair.Status == PairRevoked {\n			return refused(\"Revoke\", \"revoked\", \"\")\n		}"},
		{name: "certificates are compared", file: "service/biz/issue/token.go", pkg: flow, run: "TestNotTwice",
			old: "	if err == nil && string(have) == string(der) {", new: "	if err != nil && string(have) == string(der) {"},
		{name: "issued and not finished is told apart", file: "service/flow/work.go", pkg: flow, run: "TestTokenFaults",
			old: "		return p.become(tx, service.Unfinished)", new: "		return p.become(tx, service.Failed)"},
		{name: "making waits for money", file: "service/flow/work.go", pkg: flow, run: "TestGate",
			old: "	case service.MoneyDue, service.MoneyRefundDue, service.MoneyRefunded:", new: "	case service.MoneyStatus(\"-\"):"},
		{name: "making waits for the approval of what stands there", file: "service/flow/work.go", pkg: flow, run: "TestApprovalBindsWhatWasShown",
			old: "	if err == nil && Digest(shown) != c.Approved {", new: "	if err == nil && Digest(shown) == \"-\" {"},
		{name: "a receipt number is never given twice", file: "db/ledger.go", pkg: biz, run: "TestReceiptsGapless",
			old: "value = value + 1 RETURNING", new: "value = value + (value % 2) RETURNING"},
		{name: "a line has one valid pair", file: "db/certificates.go", pkg: "db", run: ".*(Valid|Certificate|Line|Port|Property).*",
			old: "	if isUnique(err) {\n		return service.E(service.CaseStatus, \"db.PutCertificate\"", new: "	if isUnique(err) {\n		return nil\n		return service.E(service.CaseStatus, \"db.PutCertificate\""},
	}
}
