// Package module is the PKCS #11 v2.40 module over soft UKeys, without its C shell: slots, sessions, PINs, objects and mechanisms.
//
// A container of a UKey shows as up to six objects: private key, public key and certificate of the signing side, and the same of
// the encryption side. The three of a side share CKA_ID, by default the SHA-1 of the public key (the key identifier of RFC 5280,
// 4.2.1.2), and CKA_LABEL, by default the container's name. What a caller sets instead is kept beside the token's file, in
// SERIAL.p11 (see names); a token that another program made again forgets it, for the names are tied to the keys.
//
// The device keeps containers, not objects. So deleting a signing private key deletes its container whole, with the encryption
// side and the certificates; a certificate belongs to a container and stands alone nowhere; one side holds one certificate,
// and writing another replaces it. Handles of what went along can still be destroyed once, which is no error.
//
// One session of the driver serves all PKCS #11 sessions of a token. It is opened by the first read-write session or by the first
// call that needs the device, and closed with the last session: until then other programs are refused (SessionCount here).
package module
