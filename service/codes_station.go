package service

// Codes of the station as a whole.
const (
	TerminalLocale Code = "terminal.locale" // the locale is not UTF-8; args: locale
	TerminalNone   Code = "terminal.none"   // no terminal to draw on
	JoinOther      Code = "join.other"      // the folder is another station's; args: station
	Unsent         Code = "outbox.unsent"   // events wait for the centre; args: count
)
