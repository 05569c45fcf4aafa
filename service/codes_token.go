package service

// Codes of tokens at the counter.
const (
	TokenUnnamed Code = "token.unnamed"       // a blank token without a serial number, which no SO PIN can be made for
	TokenStaff   Code = "token.staff"         // a member of staff's own token: never a job's; args: serial
	TokenLibrary Code = "token.maker-library" // the maker's library cannot be used; args: file, reason (no-file, architecture, format, load, start, symbols), detail (optional)
)
