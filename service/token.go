package service

import "context"

// KeyUsage tells the two certificates of a dual pair apart (GM/T 0034: signing pair on the token, encryption pair from the KMC).
type KeyUsage string

// Usages of a key or certificate. Both is a single certificate's (RSA, P-256); on a token it is the place of UsageSign: the one key and
// certificate of its container. ImportEncryptionKey into a container that is not SM2 gives TokenUnsupported.
const (
	UsageSign    KeyUsage = "sign"
	UsageEncrypt KeyUsage = "encrypt"
	UsageBoth    KeyUsage = "both"
)

// KeyAlg is a key algorithm a token may offer.
type KeyAlg string

// Key algorithms.
const (
	AlgSM2     KeyAlg = "sm2"
	AlgP256    KeyAlg = "p256"
	AlgRSA     KeyAlg = "rsa2048"
	AlgRSA3072 KeyAlg = "rsa3072"
)

// PINState is what a token says of one of its PINs. Left is meaningless where Known is false.
type PINState struct {
	Max, Left int
	Known     bool // the token reports its counter
	Locked    bool
	Default   bool // still the factory PIN
	Set       bool // a PIN exists at all
}

// TokenInfo is what a token says of itself. Sizes are bytes; Free is -1 where the device does not say.
type TokenInfo struct {
	Serial       string // stable for one device, the same in every port
	Label        string // the job id while a case is on it
	Model        string
	Manufacturer string
	Driver       string // softkey, p11, skf
	Initialised  bool
	Total, Free  int64
	User, SO     PINState
	Algs         []KeyAlg
	Envelope     bool // imports encryption pairs (GB/T 35276) and decrypts with them: fit for a dual pair
	Protected    bool // refuses every change until something outside this program is done
	Unnamed      bool // has no serial number of its own yet: Serial stands for the place where it is in
	Staff        bool // booked at this station as a member of staff's own; drivers leave it false
	PINRule      PINRule
}

// PINRule is what the device accepts as a PIN. Only printable ASCII is ever accepted.
type PINRule struct {
	Min, Max   int
	DigitsOnly bool
}

// Container is one pair (or dual pair) on a token.
type Container struct {
	Name    string
	SignKey bool // a signing key exists
	EncKey  bool // an encryption key exists
	Sign    []byte
	Encrypt []byte // certificates, DER; nil where absent
}

// InitSpec is what initialising needs. It erases everything on the device. PINs are wiped by the caller.
type InitSpec struct {
	Label    string // the case's job id, 1 to 32 ASCII characters
	SOPIN    []byte // the SO PIN in force; the factory one on a new device
	NewSOPIN []byte
	UserPIN  []byte
}

// TokenPINs is the PIN side of a session. Errors: PINWrong (left), PINLocked, PINFormat, SOPINWrong (left), SOPINLocked, TokenBlank.
type TokenPINs interface {
	Login(ctx context.Context, pin []byte) error
	Logout(ctx context.Context) error
	ChangePIN(ctx context.Context, old, new []byte) error
	ChangeSOPIN(ctx context.Context, old, new []byte) error
	// Unblock sets the user PIN under the SO PIN and resets its tries; the session is logged out afterwards.
	Unblock(ctx context.Context, so, new []byte) error
}

// TokenKeys is the key side. All need Login (TokenLogin otherwise), except PublicKey.
type TokenKeys interface {
	// GenerateKey makes a signing pair in a new container and returns the public key (SubjectPublicKeyInfo DER).
	// TokenExists where the container holds a signing key already.
	GenerateKey(ctx context.Context, container string, alg KeyAlg) ([]byte, error)
	// PublicKey returns the SubjectPublicKeyInfo of the container's key; TokenObject where there is none. No login needed.
	PublicKey(ctx context.Context, container string, usage KeyUsage) ([]byte, error)
	// Sign signs message with the signing key: SM3withSM2 with the default user id, DER (r,s) (GB/T 32918.2, GM/T 0009); ECDSA with
	// SHA-256, DER (r,s); RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2).
	Sign(ctx context.Context, container string, message []byte) ([]byte, error)
	// ImportEncryptionKey imports a GB/T 35276 SM2EnvelopedKey (DER) made for the container's signing key; replaces an earlier one.
	ImportEncryptionKey(ctx context.Context, container string, envelope []byte) error
	// Decrypt opens an SM2 ciphertext (ASN.1, GM/T 0009) with the encryption key.
	// TokenUnsupported where the device only takes session keys (GM/T 0016 has no call that returns the plaintext).
	Decrypt(ctx context.Context, container string, ciphertext []byte) ([]byte, error)
	// ProveEncryption has the encryption key open an SM2 ciphertext (ASN.1) of plain, which has 16 bytes. VerifyFailed (check decryption)
	// where something else comes out. Every device that imports envelopes can do it.
	ProveEncryption(ctx context.Context, container string, ciphertext, plain []byte) error
}

// TokenCerts is the certificate side. Reading needs no login; writing does. TokenFull (need, free) where space is short.
type TokenCerts interface {
	Containers(ctx context.Context) ([]Container, error)
	ReadCertificate(ctx context.Context, container string, usage KeyUsage) ([]byte, error)
	WriteCertificate(ctx context.Context, container string, usage KeyUsage, der []byte) error
	DeleteContainer(ctx context.Context, container string) error
}

// TokenSession is one open token. One goroutine uses it at a time. After the device is pulled every call gives TokenRemoved.
type TokenSession interface {
	TokenPINs
	TokenKeys
	TokenCerts
	Info(ctx context.Context) (TokenInfo, error)
	Initialise(ctx context.Context, spec InitSpec) (TokenInfo, error)
	Close() error
}

// Tokens finds and opens tokens. Serial identifies a device, never a slot.
type Tokens interface {
	// List returns the tokens that are in now, ordered by serial.
	List(ctx context.Context) ([]TokenInfo, error)
	// Open opens a token; TokenAbsent where it is not in, TokenBusy where another session holds it.
	Open(ctx context.Context, serial string) (TokenSession, error)
	// Watch sends the list at once and after every insertion or removal, until ctx ends; then the channel closes.
	Watch(ctx context.Context) <-chan []TokenInfo
}
