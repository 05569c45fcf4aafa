package module

// RV is a CK_RV.
type RV uint

// Return values (PKCS #11 v2.40, appendix B).
const (
	OK                      RV = 0x000
	HostMemory              RV = 0x002
	SlotIDInvalid           RV = 0x003
	GeneralError            RV = 0x005
	FunctionFailed          RV = 0x006
	ArgumentsBad            RV = 0x007
	NoEvent                 RV = 0x008
	NeedToCreateThreads     RV = 0x009
	CantLock                RV = 0x00A
	AttributeReadOnly       RV = 0x010
	AttributeSensitive      RV = 0x011
	AttributeTypeInvalid    RV = 0x012
	AttributeValueInvalid   RV = 0x013
	DataInvalid             RV = 0x020
	DataLenRange            RV = 0x021
	DeviceError             RV = 0x030
	DeviceMemory            RV = 0x031
	DeviceRemoved           RV = 0x032
	EncryptedDataInvalid    RV = 0x040
	FunctionNotSupported    RV = 0x054
	KeyHandleInvalid        RV = 0x060
	KeySizeRange            RV = 0x062
	KeyTypeInconsistent     RV = 0x063
	KeyFunctionNotPermitted RV = 0x068
	MechanismInvalid        RV = 0x070
	MechanismParamInvalid   RV = 0x071
	ObjectHandleInvalid     RV = 0x082
	OperationActive         RV = 0x090
	OperationNotInitialized RV = 0x091
	PINIncorrect            RV = 0x0A0
	PINInvalid              RV = 0x0A1
	PINLenRange             RV = 0x0A2
	PINLocked               RV = 0x0A4
	SessionCount            RV = 0x0B1
	SessionHandleInvalid    RV = 0x0B3
	SessionParallel         RV = 0x0B4
	SessionReadOnly         RV = 0x0B5
	SessionExists           RV = 0x0B6
	SessionReadOnlyExists   RV = 0x0B7
	SessionReadWriteSO      RV = 0x0B8
	SignatureInvalid        RV = 0x0C0
	SignatureLenRange       RV = 0x0C1
	TemplateIncomplete      RV = 0x0D0
	TemplateInconsistent    RV = 0x0D1
	TokenNotPresent         RV = 0x0E0
	TokenNotRecognized      RV = 0x0E1
	TokenWriteProtected     RV = 0x0E2
	UserAlreadyLoggedIn     RV = 0x100
	UserNotLoggedIn         RV = 0x101
	UserPINNotInitialized   RV = 0x102
	UserTypeInvalid         RV = 0x103
	UserAnotherLoggedIn     RV = 0x104
	WrappedKeyInvalid       RV = 0x110
	RandomSeedNotSupported  RV = 0x120
	DomainParamsInvalid     RV = 0x130
	CurveNotSupported       RV = 0x140
	BufferTooSmall          RV = 0x150
	NotInitialized          RV = 0x190
	AlreadyInitialized      RV = 0x191
)

// Object classes, key and certificate types. KeySM2 is a maker's: no standard gives a number.
const (
	classData        uint = 0
	classCertificate uint = 1
	classPublic      uint = 2
	classPrivate     uint = 3
	typeX509         uint = 0
	keyRSA           uint = 0
	keyEC            uint = 3
	KeySM2           uint = 0x80000004
)

// Attributes.
const (
	aClass              uint = 0x000
	aToken              uint = 0x001
	aPrivate            uint = 0x002
	aLabel              uint = 0x003
	aValue              uint = 0x011
	aCertificateType    uint = 0x080
	aIssuer             uint = 0x081
	aSerialNumber       uint = 0x082
	aTrusted            uint = 0x086
	aCategory           uint = 0x087
	aCheckValue         uint = 0x090
	aKeyType            uint = 0x100
	aSubject            uint = 0x101
	aID                 uint = 0x102
	aSensitive          uint = 0x103
	aEncrypt            uint = 0x104
	aDecrypt            uint = 0x105
	aWrap               uint = 0x106
	aUnwrap             uint = 0x107
	aSign               uint = 0x108
	aSignRecover        uint = 0x109
	aVerify             uint = 0x10A
	aVerifyRecover      uint = 0x10B
	aDerive             uint = 0x10C
	aStartDate          uint = 0x110
	aEndDate            uint = 0x111
	aModulus            uint = 0x120
	aModulusBits        uint = 0x121
	aPublicExponent     uint = 0x122
	aPrivateExponent    uint = 0x123
	aCoefficient        uint = 0x128
	aPublicKeyInfo      uint = 0x129
	aExtractable        uint = 0x162
	aLocal              uint = 0x163
	aNeverExtractable   uint = 0x164
	aAlwaysSensitive    uint = 0x165
	aKeyGenMechanism    uint = 0x166
	aModifiable         uint = 0x170
	aCopyable           uint = 0x171
	aDestroyable        uint = 0x172
	aECParams           uint = 0x180
	aECPoint            uint = 0x181
	aAlwaysAuthenticate uint = 0x202
	aWrapWithTrusted    uint = 0x210
	vendorDefined       uint = 0x80000000
)

// Mechanisms. Those of SM2 and SM3 are makers' numbers; ours follow the commonest of the headers in use.
const (
	mRSAGenerate  uint = 0x0000
	mRSA          uint = 0x0001
	mRSAPSS       uint = 0x000D
	mRSASHA256    uint = 0x0040
	mRSASHA384    uint = 0x0041
	mRSASHA512    uint = 0x0042
	mPSSSHA256    uint = 0x0043
	mPSSSHA384    uint = 0x0044
	mPSSSHA512    uint = 0x0045
	mSHA256       uint = 0x0250
	mSHA384       uint = 0x0260
	mSHA512       uint = 0x0270
	mECGenerate   uint = 0x1040
	mECDSA        uint = 0x1041
	mECDSASHA256  uint = 0x1044
	mECDSASHA384  uint = 0x1045
	mECDSASHA512  uint = 0x1046
	SM2Generate   uint = 0x80008001
	SM2Message    uint = 0x80008102 // SM3withSM2 over the message, default user id; r ‖ s
	SM2MessageDER uint = 0x80008103
	SM2Digest     uint = 0x80008104 // SM2 over e, 32 bytes; r ‖ s
	SM2DigestDER  uint = 0x80008105
	SM2Crypt      uint = 0x80008201 // ASN.1 SM2Cipher (GM/T 0009)
	SM2Unwrap     uint = 0x80008301 // GB/T 35276 SM2EnvelopedKey under the signing key
	mSM3          uint = 0x80009000
)

// Flags.
const (
	slotTokenPresent   uint = 0x1
	slotRemovable      uint = 0x2
	sessionRW          uint = 0x2
	sessionSerial      uint = 0x4
	eventDontBlock     uint = 0x1
	tokenRNG           uint = 0x1
	tokenLoginRequired uint = 0x4
	tokenUserPINSet    uint = 0x8
	tokenInitialized   uint = 0x400
	tokenUserLow       uint = 0x010000
	tokenUserFinal     uint = 0x020000
	tokenUserLocked    uint = 0x040000
	tokenUserChange    uint = 0x080000
	soShift                 = 4 // the SO's flags stand four bits above the user's
	mechEncrypt        uint = 0x00100
	mechDecrypt        uint = 0x00200
	mechDigest         uint = 0x00400
	mechSign           uint = 0x00800
	mechVerify         uint = 0x02000
	mechGenerate       uint = 0x10000
	mechUnwrap         uint = 0x40000
	mechECFp           uint = 0x100000
	mechECNamed        uint = 0x800000
	mechECUncompressed uint = 0x1000000
)

// User types.
const (
	userSO      uint = 0
	userNormal  uint = 1
	userContext uint = 2
	userNobody  uint = Unavailable
)
