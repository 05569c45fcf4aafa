package host

import (
	"strings"
	"time"

	"certdesk/service"
)

// op is what a request asks for. The numbers are part of the protocol.
type op byte

const (
	opList op = iota + 1
	opOpen
	opWatch
	opUnwatch
	opClose
	opInfo
	opInitialise
	opLogin
	opLogout
	opChangePIN
	opChangeSOPIN
	opUnblock
	opGenerateKey
	opPublicKey
	opSign
	opImport
	opDecrypt
	opProve
	opContainers
	opRead
	opWrite
	opDelete
	opEnd // no op: one behind the last
)

// opNames are those of the port's methods.
var opNames = [opEnd]string{
	opList: "List", opOpen: "Open", opWatch: "Watch", opUnwatch: "Unwatch", opClose: "Close", opInfo: "Info",
	opInitialise: "Initialise", opLogin: "Login", opLogout: "Logout", opChangePIN: "ChangePIN", opChangeSOPIN: "ChangeSOPIN",
	opUnblock: "Unblock", opGenerateKey: "GenerateKey", opPublicKey: "PublicKey", opSign: "Sign", opImport: "ImportEncryptionKey",
	opDecrypt: "Decrypt", opProve: "ProveEncryption", opContainers: "Containers", opRead: "ReadCertificate",
	opWrite: "WriteCertificate", opDelete: "DeleteContainer",
}

func (o op) String() string { return opNames[o] }

// limitName is what Config.Limit is asked for: the method's name, and GenerateKey.rsa for the keys that take their time.
func (q *request) limitName() string {
	if q.op == opGenerateKey && strings.HasPrefix(q.word, "rsa") {
		return q.op.String() + ".rsa"
	}
	return q.op.String()
}

// DefaultLimit is how long an act may take where Config.Limit is nil. op is the name of a method of service.Tokens or
// service.TokenSession, "GenerateKey.rsa" for RSA keys, or "Start" for the child's start with the opening of its library.
func DefaultLimit(op string) time.Duration {
	switch op {
	case "List", "Info", "Unwatch":
		return 5 * time.Second
	case "Login", "Logout", "ChangePIN", "ChangeSOPIN", "Unblock":
		return 15 * time.Second
	case "GenerateKey.rsa":
		return 120 * time.Second
	}
	return 30 * time.Second
}

// at names the place of a station's error.
func at(name string) string { return "host." + name }

func closed(name string) error { return service.E(service.TokenFailed, at(name), nil, errClosed) }
