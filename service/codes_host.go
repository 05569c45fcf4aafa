package service

// Codes of the helper process that a vendor's token library runs in. Both leave open what the act under way did to the token.
const (
	TokenHostDied Code = "token.host-died" // the helper process ended or cannot be understood; args: driver, reason
	TokenHung     Code = "token.hung"      // the library did not answer in time and was ended; args: driver, op, seconds
)
