package service

// Codes of the station store beside those of codes.go.
const (
	StoreOlder Code = "store.older" // the schema awaits its migration: open the station once; args: have, want
)
