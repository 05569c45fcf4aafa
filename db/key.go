package db

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"certdesk/service"
)

// KeySize is the size of the data key in bytes.
const KeySize = 32

const (
	keyHeader = "certdesk data key 1"
	pinPrefix = "audit "
)

// LoadOrCreateKey reads the data key file, which stands outside the data folder: a header line, the key in base64, and the
// fingerprint of the audit key where one was pinned. Where it is missing a fresh key is made if create is set, else
// KeyMissing (path). KeyWrong where the file is not a key file. The file is readable by its owner only (0600).
func LoadOrCreateKey(path string, rand io.Reader, create bool) ([]byte, error) {
	key, _, err := readKeyFile(path)
	if !create || !service.IsCode(err, service.KeyMissing) {
		return key, err
	}
	key = make([]byte, KeySize)
	if _, err := io.ReadFull(rand, key); err != nil {
		return nil, service.E(service.Internal, "db.LoadOrCreateKey", nil, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unwritable("LoadOrCreateKey", err)
	}
	return key, placeKey(path, rand, key)
}

// placeKey puts a finished key file in place by linking it, so that a power cut leaves no key or a whole one; and of two programs
// that find none, one makes it and the other fails, instead of both going on with their own.
func placeKey(path string, rand io.Reader, key []byte) error {
	mark := make([]byte, 8)
	if _, err := io.ReadFull(rand, mark); err != nil {
		return service.E(service.Internal, "db.LoadOrCreateKey", nil, err)
	}
	fresh := path + "." + hex.EncodeToString(mark)
	if err := writeKeyFile(fresh, os.O_EXCL, key, ""); err != nil {
		return err
	}
	defer os.Remove(fresh)
	err := os.Link(fresh, path)
	if _, there := os.Lstat(path); err != nil && errors.Is(there, fs.ErrNotExist) {
		err = os.Rename(fresh, path) // a file system without links, such as FAT
	}
	if err != nil {
		return unwritable("LoadOrCreateKey", err)
	}
	return nil
}

// PinAuditKey writes the fingerprint of the station's audit key (audit.Fingerprint) into the key file, so that a chain rebuilt
// under another key is found. Pinning what is pinned is success; AuditBroken (reason key) where another one is.
func PinAuditKey(path, fingerprint string) error {
	key, pin, err := readKeyFile(path)
	if err != nil || pin == fingerprint {
		return err
	}
	defer clear(key)
	if pin != "" {
		return service.E(service.AuditBroken, "db.PinAuditKey", service.Args{"seq": "1", "reason": "key"}, nil)
	}
	fresh := path + ".new"
	if err := writeKeyFile(fresh, os.O_TRUNC, key, fingerprint); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return unwritable("PinAuditKey", err)
	}
	return nil
}

// AuditPin reads the pinned fingerprint, "" where none was pinned. Errors as LoadOrCreateKey.
func AuditPin(path string) (string, error) {
	key, pin, err := readKeyFile(path)
	clear(key)
	return pin, err
}

func readKeyFile(path string) (key []byte, pin string, err error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", service.E(service.KeyMissing, "db.LoadOrCreateKey", service.Args{"path": path}, err)
	}
	if err != nil {
		return nil, "", unwritable("LoadOrCreateKey", err)
	}
	defer clear(raw)
	return parseKeyFile(raw)
}

func parseKeyFile(raw []byte) (key []byte, pin string, err error) {
	wrong := service.E(service.KeyWrong, "db.LoadOrCreateKey", nil, errors.New("not a data key file"))
	lines := bytes.Split(bytes.TrimRight(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), "\n"), []byte("\n"))
	if len(lines) < 2 || len(lines) > 3 || string(lines[0]) != keyHeader {
		return nil, "", wrong
	}
	key = make([]byte, base64.StdEncoding.DecodedLen(len(lines[1])))
	n, err := base64.StdEncoding.Strict().Decode(key, lines[1])
	if err != nil || n != KeySize {
		return nil, "", wrong
	}
	if len(lines) == 3 {
		var ok bool
		if pin, ok = strings.CutPrefix(string(lines[2]), pinPrefix); !ok || pin == "" {
			return nil, "", wrong
		}
	}
	return key[:n], pin, nil
}

func writeKeyFile(path string, flag int, key []byte, pin string) error {
	text := append([]byte(keyHeader+"\n"), base64.StdEncoding.AppendEncode(nil, key)...)
	text = append(text, '\n')
	if pin != "" {
		text = append(text, pinPrefix+pin+"\n"...)
	}
	defer clear(text)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flag, 0o600)
	if err != nil {
		return unwritable("writeKeyFile", err)
	}
	_, err = f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = syncFile(path)
	}
	if err != nil {
		return unwritable("writeKeyFile", err)
	}
	return nil
}
