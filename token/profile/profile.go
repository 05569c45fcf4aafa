// Package profile describes token models whose makers differ where the standards are silent: mechanism numbers, who hashes, how
// structures are laid out, what PINs may look like, what the factory set. A profile is a TOML file; docs/token-profiles.md explains each name.
package profile

import "certdesk/service"

// Drivers.
const (
	P11 = "p11"
	SKF = "skf"
)

// Profile is one token model behind one library.
type Profile struct {
	Name    string              `toml:"name"`    // how settings and messages call it
	Driver  string              `toml:"driver"`  // P11 or SKF
	Library map[string][]string `toml:"library"` // file names or paths to try in order, by GOOS or GOOS/GOARCH
	Label   string              `toml:"label"`   // only tokens whose model begins with it; "" is every token of the library
	PIN     PINs                `toml:"pin"`
	SOPIN   SOPIN               `toml:"so_pin"`
	Algs    []service.KeyAlg    `toml:"algorithms"` // what keys may be made; empty: what the device says
	P11     PKCS11              `toml:"p11"`
	SKF     GMT0016             `toml:"skf"`
}

// PINs is what the user PIN may look like, and how often it may be wrong. Zero values ask the device.
type PINs struct {
	Min        int  `toml:"min"`
	Max        int  `toml:"max"`
	DigitsOnly bool `toml:"digits_only"`
	Tries      int  `toml:"tries"`
	SOTries    int  `toml:"so_tries"`
}

// Schemes of SO PINs.
const (
	Derived = "derived" // each token its own, by generations (KDF of the centre's master, serial, generation)
	Fixed   = "fixed"   // the maker's, never changed: the device cannot, or another program needs it
)

// SOPIN is who knows the SO PIN of a token in the drawer.
type SOPIN struct {
	Scheme  string `toml:"scheme"`  // Derived or Fixed
	Factory string `toml:"factory"` // what the maker set; public, the same for every token of the model
}

// PKCS11 is what PKCS #11 v2.40 leaves to the maker.
type PKCS11 struct {
	SM2 *SM2 `toml:"sm2"` // nil: no SM2
	// Counters: the token sets CKF_USER_PIN_COUNT_LOW, _FINAL_TRY and _LOCKED as the standard says.
	Counters bool `toml:"counters"`
}

// SM2 names a maker's mechanisms and forms; no standard does.
type SM2 struct {
	KeyType   uint   `toml:"key_type"`  // CKK_
	Generate  uint   `toml:"generate"`  // CKM_ of the key pair generation
	Sign      uint   `toml:"sign"`      // CKM_ of signing
	Input     string `toml:"input"`     // what is signed: "digest" (this program computes e = SM3(Z ‖ M)) or "message" (the token does, with the default id)
	Signature string `toml:"signature"` // "raw" (r ‖ s, 64 bytes) or "der"
	Point     string `toml:"point"`     // CKA_EC_POINT: "octets" (DER OCTET STRING, as the standard says) or "raw"
	Decrypt   uint   `toml:"decrypt"`   // CKM_ of decryption, 0 where there is none
	Cipher    string `toml:"cipher"`    // ciphertext: "der" (GM/T 0009) or "c1c3c2"
	Unwrap    uint   `toml:"unwrap"`    // CKM_ by which C_UnwrapKey takes a GB/T 35276 SM2EnvelopedKey (DER) under the signing key; 0 where there is none
}

// GMT0016 is what GM/T 0016 libraries differ in. Zero values are found out by probing.
type GMT0016 struct {
	Application string `toml:"application"`  // name of the application that holds the containers
	UlongBits   int    `toml:"ulong_bits"`   // 32 or 64
	Packed      *bool  `toml:"packed"`       // structures without padding
	DevInfoSize int    `toml:"devinfo_size"` // bytes, where it is neither layout's
	HandleBits  int    `toml:"handle_bits"`  // 32 or 64
	Stdcall     bool   `toml:"stdcall"`      // 32-bit Windows only
	AuthKey     string `toml:"auth_key"`     // hex of the factory device key for SKF_DevAuth; "" where applications need none
	AuthAlg     string `toml:"auth_alg"`     // "sm4" or "sm1"
	ImportArgs  int    `toml:"import_args"`  // arguments of SKF_ImportECCKeyPair where it is not 2
	Prove       string `toml:"prove"`        // how a private encryption key is proved: "decrypt" (SKF_ECCDecrypt or its extension) or "session" (SKF_ImportSessionKey and one block)
}
