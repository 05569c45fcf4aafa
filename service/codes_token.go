package service

// Codes of tokens at the counter.
const (
	TokenStaff Code = "token.staff" // a member of staff's own token: never a job's; args: serial
)
