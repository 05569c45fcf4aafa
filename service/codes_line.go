package service

// Codes of the line between station and centre.
const (
	CAClock Code = "ca.clock" // station's and centre's clocks lie too far apart; args: minutes, reason (fast, slow: the station's)
)
