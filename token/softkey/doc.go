// Package softkey is a software UKey in a folder, the embedded default of the station.
//
// # What it is
//
// A folder is a drawer of tokens. Each token is one file, SERIAL.ukey; SERIAL.plug beside it means that the token is plugged
// in and names the insertion. Both are read afresh for every act, so a second process may plug and unplug. A token that was
// pulled and put back is another insertion: a session of the earlier one stays dead.
//
// Factory state, after Create: no label, no user PIN (every user act gives TokenBlank), SO PIN [FactorySOPIN]. Initialise
// erases everything and sets both PINs. A user PIN equal to [FactoryUserPIN], which the trade's tokens come with, is
// reported as default.
//
// # How it keeps secrets
//
// A random 32-byte master key is sealed twice, under the user PIN and under the SO PIN (argon2id, parameters in the file).
// Private keys are sealed under the master key (SM4-GCM, bound to serial, container and usage) and leave the package only as
// signatures and opened ciphertexts. Everything that reads without a PIN (label, certificates, public keys) is covered by a
// MAC under the master key and checked whenever a PIN opens the token; an edit gives TokenDamaged. The try counters cannot be
// covered, for a wrong try must be written by somebody who has no key: who can write the file can try PINs for ever, and so
// can who has a copy. Policy therefore bars softkey in production.
//
// Each PIN that is proved and each that is set costs one derivation: Login 1, ChangePIN, ChangeSOPIN and Unblock 2, Initialise 3,
// of which the two PINs set are stretched side by side. The SO PIN of a token fresh from Create is public and costs nothing worth
// counting. Personalising a fresh token is thus 2 to initialise, 1 to log in, 2 for the customer's PIN and 1 to see that it opens.
//
// PINs are never copied nor made strings; the slices are the caller's to wipe. Derived keys, the master key and opened private keys
// are wiped after use, the master key also when the token is pulled, the session closed or a PIN was wrong. What libraries keep is
// out of reach: argon2 leaves its working memory and a hash block with the PIN to the garbage collector, the SM2, P-256 and RSA
// packages leave copies of private numbers.
//
// # What it promises
//
// Every change is one file replacement (write beside, fsync, rename, fsync the folder): after a crash the token is as before
// or as after. A PIN try is counted durably before it is made. Where the folder's sync fails behind a rename (TokenFailed: it may
// have happened), no act begins and no session opens until a sync has succeeded: what a caller has seen is not lost any more. A
// full or read-only disk gives StoreFull or StoreReadOnly, and the token is as it was but for a try that was counted.
//
// A wrong user PIN ends the login (ISO/IEC 7816-4: a failed VERIFY resets the security status), and so does every act under the SO
// PIN. A malformed PIN costs no try. A file that a bad block or an edit changed is TokenDamaged for every PIN and costs no try;
// Initialise makes a new token of it where its SO PIN still opens it.
package softkey
