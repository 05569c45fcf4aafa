package softkey

import "certdesk/service"

// Phase is where in an act a fault strikes.
type Phase int

// Phases: Before anything was done or written, After everything was done and made durable (the reply is lost).
const (
	Before Phase = iota
	After
)

// Fault is asked at the edges of every act; an error makes the act fail there. op is the method's name ("Login", "Sign"), or,
// for the durable counting of a PIN try inside an act, the name with ".count" ("Login.count"). A fault may call
// Driver.Remove: the act then ends in TokenRemoved. It runs while the session is held and must not use that session.
type Fault func(op string, phase Phase) error

// Option changes a Driver at Open.
type Option func(*options)

type options struct {
	fault Fault
	kdf   kdf
	tries [2]int // user, SO
	space int64
	boxes int
	disk  Disk
}

func defaults() options {
	return options{
		kdf:   kdf{Passes: 3, MemoryKiB: 12 << 10, Lanes: 1},
		tries: [2]int{10, 10},
		space: 64 << 10,
		boxes: 8,
		disk:  System(),
	}
}

// WithFault injects faults. For tests.
func WithFault(f Fault) Option { return func(o *options) { o.fault = f } }

// WithDisk puts the drawer on another file system than the operating system's. For tests.
func WithDisk(disk Disk) Option { return func(o *options) { o.disk = disk } }

// WithKDF sets the argon2id parameters of tokens initialised from now on. The default, 3 passes over 12 MiB in one lane, is
// OWASP's choice for that memory and takes some 30 ms; (1, 8, 1) is for tests. The public SO PIN of a token fresh from Create is
// stretched by (1, 8, 1) whatever is set here.
func WithKDF(passes, memoryKiB uint32, lanes uint8) Option {
	return func(o *options) { o.kdf = kdf{Passes: passes, MemoryKiB: memoryKiB, Lanes: lanes} }
}

// WithTries sets how many wrong PINs in a row lock the user and the SO PIN of tokens created or initialised from now on, 1 to 99
// each. The default is 10 and 10.
func WithTries(user, so int) Option { return func(o *options) { o.tries = [2]int{user, so} } }

// WithSpace sets the size of the tokens in bytes and the number of containers one holds. The default is 64 KiB and 8.
func WithSpace(total int64, containers int) Option {
	return func(o *options) { o.space, o.boxes = total, containers }
}

func pinRule() service.PINRule { return service.PINRule{Min: 6, Max: 16} }
