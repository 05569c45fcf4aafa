package service

// Cryptography codes (service/sm).
const (
	CryptoBad    Code = "crypto.bad"       // a key, envelope, certificate, CRL or hash is not what it should be; args: what
	SignatureBad Code = "crypto.signature" // a signature does not hold; args: what
)
