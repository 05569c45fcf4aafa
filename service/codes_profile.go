package service

// Codes of token models.
const (
	ProfileBad     Code = "token.profile"   // a token profile file is not right; args: line, key, value, rule, allowed
	TokenProtected Code = "token.protected" // write-protected: nothing can be changed; args: serial
)
