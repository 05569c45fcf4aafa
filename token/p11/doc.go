// Package p11 reaches tokens through a PKCS #11 module (v2.40) of any maker.
//
// # Which token
//
// A device is known by its serial, never by its slot: modules renumber slots. A token without a serial (some before they are
// initialised) stands under a name made of its slot, SLOT-…, and Initialise tells the serial it got; from then on that counts. A
// token that has none even then stands under its label, LABEL-…. Two tokens with one serial cannot be told apart: List shows both as
// protected and without abilities, Open gives TokenSeveral.
//
// # What stands on it
//
// A container is the objects that share a CKA_LABEL. Key, public key and certificate of one pair share a CKA_ID, which is how OpenSC,
// NSS and OpenSSL find them together; it is derived from the container's name and the usage, so that a key whose making was cut off
// is found again. Private keys are made sensitive, not extractable and private, and read back: a key that is anything else is
// deleted. Public keys and certificates read without login. What other programs left (any label, any id) is listed under names
// made readable.
//
// # SM2
//
// PKCS #11 names no SM2 mechanism; the profile does (number, key type, who hashes, which form). An ECDSA signature over the SM2 curve
// is no SM2 signature and never taken for one.
//
// # Logins and PINs
//
// PKCS #11 shares the login between all sessions of a process with a token. There is one session per token, and it logs out before
// every PIN check, for a module need not look at a PIN while somebody is logged in. PINs go to the binding as strings over the
// caller's bytes, without a copy; the binding's own copy for C is freed but not overwritten, which is out of reach here.
//
// # The module
//
// One Driver per module and process: the standard's C_Initialize and C_Finalize belong to the whole process. A module that cannot lock
// is called by one goroutine at a time. A module that tells sizes that make no sense gives TokenDamaged where Go meets them; one that
// leads C astray ends the process, for which there is a helper process.
//
// Without cgo Open gives TokenUnsupported (pkcs11).
package p11
