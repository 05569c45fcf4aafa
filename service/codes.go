package service

// General and store codes.
const (
	Internal      Code = "internal"        // a fault in the program or an uncoded driver error
	Cancelled     Code = "cancelled"       // the clerk or the program's end stopped the act
	InputInvalid  Code = "input.invalid"   // args: field, reason
	InputRequired Code = "input.required"  // args: field
	InputTooLong  Code = "input.too-long"  // args: field, max
	InputChoice   Code = "input.choice"    // args: field
	NotFound      Code = "not-found"       // args: what, id
	NotPermitted  Code = "not-permitted"   // args: permission
	StoreBusy     Code = "store.busy"      // another program holds the database
	StoreFull     Code = "store.full"      // disk full
	StoreCorrupt  Code = "store.corrupt"   // database or row damaged
	StoreNewer    Code = "store.newer"     // schema newer than the program; args: have, want
	StoreReadOnly Code = "store.read-only" // folder or file cannot be written; args: path (optional)
	StoreFailed   Code = "store.failed"    // any other I/O failure of the store
	FolderHeld    Code = "folder.held"     // another station runs on this data folder; args: host, pid, since (optional, all or none)
	KeyMissing    Code = "key.missing"     // the data key file is missing; args: path
	KeyWrong      Code = "key.wrong"       // the data key does not open this store
	NoAudit       Code = "store.no-audit"  // an act wrote no audit row: a programmer's error, refused
	AuditBroken   Code = "audit.broken"    // the chain does not hold; args: seq, reason
)

// People codes.
const (
	SignInFailed   Code = "signin.failed"   // unknown person or wrong password; args: left
	SignInLocked   Code = "signin.locked"   // args: until
	PasswordWeak   Code = "password.weak"   // args: rule
	SelfReview     Code = "review.self"     // reviewer is who entered the case
	OtherMustSign  Code = "review.other"    // a second person must sign in
	DigestChanged  Code = "review.changed"  // the case changed since it was shown
	OverrideReason Code = "override.reason" // an override needs a supervisor and a reason
)

// Case and flow codes.
const (
	CaseChanged   Code = "case.changed"    // another person saved it meanwhile; args: no
	CaseStatus    Code = "case.status"     // not allowed in this status; args: no, status
	CaseClosed    Code = "case.closed"     // completed or cancelled
	CaseElsewhere Code = "case.elsewhere"  // the case is being worked on at another seat
	StepAnswered  Code = "step.answered"   // the prompt answered is no longer the open one
	MustDecide    Code = "step.decide"     // reconcile could not tell what happened: a person decides; args: step
	MaterialsLack Code = "materials.lack"  // args: missing (and missing_en, the same in English)
	AgreementNo   Code = "agreement.no"    // the customer has not agreed to the terms
	KindUnknown   Code = "kind.unknown"    // no business of this code; args: kind
	ProfileForbid Code = "profile.forbids" // the project's profile does not allow it; args: what
	NoDuty        Code = "case.no-duty"    // the approval or the money is missing; args: what
)

// Money codes.
const (
	FeeFormat     Code = "fee.format"     // not an amount; args: input
	FeeNegative   Code = "fee.negative"   //
	FeeZero       Code = "fee.zero"       //
	FeeShort      Code = "fee.short"      // args: due
	FeeOver       Code = "fee.over"       // more than due by a method that gives no change; args: due
	TariffUnknown Code = "tariff.unknown" // args: project, product, kind
	TariffStale   Code = "tariff.stale"   // the price changed since the case was opened; args: old, new
	MethodUnknown Code = "method.unknown" // args: method
	TradeNoNeeded Code = "tradeno.needed" // the method needs a trade number
	ReceiptsOut   Code = "receipts.out"   // the station's receipt range is used up
	CatalogBad    Code = "catalog.bad"    // args: line, reason
)

// Token codes. PINs never stand in args.
const (
	PINWrong         Code = "pin.wrong"         // args: left (tries left; "?" where the token does not say)
	PINLocked        Code = "pin.locked"        //
	PINFormat        Code = "pin.format"        // args: rule
	PINSame          Code = "pin.same"          // the new PIN equals the old one
	PINMismatch      Code = "pin.mismatch"      // the two entries differ
	SOPINWrong       Code = "sopin.wrong"       // args: left
	SOPINLocked      Code = "sopin.locked"      // a dead key
	SOPINUnknown     Code = "sopin.unknown"     // the station holds no SO PIN for this token; args: serial
	TokenAbsent      Code = "token.absent"      // args: serial (may be empty)
	TokenRemoved     Code = "token.removed"     // pulled during the act; args: serial
	TokenSeveral     Code = "token.several"     // args: serials
	TokenOther       Code = "token.other"       // not the pinned token; args: want, have
	TokenForeign     Code = "token.foreign"     // holds something not of this case; args: serial, holds
	TokenBlank       Code = "token.blank"       // not initialised or nothing on it; args: serial
	TokenFull        Code = "token.full"        // args: need, free
	TokenUnsupported Code = "token.unsupported" // args: what
	TokenLogin       Code = "token.login"       // log in first
	TokenObject      Code = "token.object"      // no such container, key or certificate; args: what
	TokenExists      Code = "token.exists"      // the container or key exists already; args: what
	TokenDamaged     Code = "token.damaged"     // the token's file or answer makes no sense
	TokenFailed      Code = "token.failed"      // any other device failure
	TokenBusy        Code = "token.busy"        // another program or act holds the device
)

// Centre codes.
const (
	CAUnreachable  Code = "ca.unreachable"   // no line; args: address
	CASlow         Code = "ca.slow"          // no answer in time
	CAGarbage      Code = "ca.garbage"       // the answer is not of the protocol
	CARefused      Code = "ca.refused"       // args: reason
	CAUntrusted    Code = "ca.untrusted"     // the answer's signature, nonce or chain does not hold; args: reason
	CAMismatch     Code = "ca.mismatch"      // certificate for another key, name or period; args: what
	CAConflict     Code = "ca.conflict"      // same idempotency key with another request
	NotJoined      Code = "station.unjoined" // the station has not joined a centre
	JoinBad        Code = "join.bad"         // the join code is not readable or its fingerprint is wrong
	JoinExpired    Code = "join.expired"     //
	JoinUsed       Code = "join.used"        //
	StationUnknown Code = "station.unknown"  // the centre does not know or has revoked this station
	VerifyFailed   Code = "verify.failed"    // a check before hand-over failed; args: check
)

// Number and name codes (service/idcheck). args: at (1-based place), want, have, max where they apply.
const (
	IDEmpty        Code = "id.empty"
	IDLength       Code = "id.length"
	IDCharacter    Code = "id.character"
	IDProvince     Code = "id.province"
	IDDate         Code = "id.date"
	IDFuture       Code = "id.future"
	IDTooOld       Code = "id.too-old"
	IDCheck        Code = "id.check"
	IDPrefix       Code = "id.prefix"
	IDAuthority    Code = "id.authority"
	IDCategory     Code = "id.category"
	IDOrgPart      Code = "id.org-part"
	NameEmpty      Code = "name.empty"
	NameLong       Code = "name.long"
	NameControl    Code = "name.control"
	NameBidi       Code = "name.bidi"
	NameCharacter  Code = "name.character"
	NameDot        Code = "name.dot"
	NameSpace      Code = "name.space"
	MobileBad      Code = "mobile.bad"
	NumberTypeUnkn Code = "id.type"
	IDMismatch     Code = "id.mismatch" // the number is valid but not the one on record
)
