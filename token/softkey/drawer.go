package softkey

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"certdesk/service"
)

const (
	tokenExt = ".ukey"
	plugExt  = ".plug"
	lockExt  = ".lock"
)

func (d *Driver) path(serial, ext string) string { return filepath.Join(d.dir, serial+ext) }

// lockPath is the file a session holds. It is one per insertion, so that the session of a pulled token, still open somewhere,
// does not hold the token that was put back.
func (d *Driver) lockPath(serial, plug string) string { return d.path(serial, "."+plug+lockExt) }

// Create lays a factory-new token into the drawer, not plugged in: no label, no user PIN, SO PIN FactorySOPIN.
// InputInvalid for a serial that is not 4 to 32 of A–Z, 0–9 and inner hyphens, TokenExists where there is one already.
func (d *Driver) Create(serial string) error {
	const op = "softkey.Create"
	if !validSerial(serial) {
		return service.E(service.InputInvalid, op, service.Args{"field": "serial", "reason": "format"}, nil)
	}
	img, err := d.factory(serial)
	if err != nil {
		return service.E(service.Internal, op, nil, err)
	}
	return d.change(op, func() error {
		switch _, err := d.opt.disk.Read(d.path(serial, tokenExt)); {
		case err == nil:
			return service.E(service.TokenExists, op, service.Args{"what": serial}, nil)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		return d.store(img)
	})
}

func (d *Driver) factory(serial string) (*image, error) {
	img := &image{Format: format, Serial: serial, KDF: factoryKDF()}
	master, err := d.newMaster()
	if err != nil {
		return nil, err
	}
	defer clear(master)
	if img.SO, err = d.newSlot(img, so, []byte(FactorySOPIN), master, d.opt.tries[1]); err != nil {
		return nil, err
	}
	return img, img.sign(master)
}

// Insert plugs a token in. TokenAbsent where the drawer has none of that serial; a token that is in stays as it is.
func (d *Driver) Insert(serial string) error {
	const op = "softkey.Insert"
	return d.change(op, func() error {
		if !validSerial(serial) {
			return service.E(service.TokenAbsent, op, service.Args{"serial": serial}, nil)
		}
		switch _, err := d.opt.disk.Read(d.path(serial, tokenExt)); {
		case errors.Is(err, fs.ErrNotExist):
			return service.E(service.TokenAbsent, op, service.Args{"serial": serial}, err)
		case err != nil:
			return err
		}
		if plug, err := d.plug(serial); plug != "" || err != nil {
			return err
		}
		var id [8]byte
		if _, err := io.ReadFull(d.env.Rand, id[:]); err != nil {
			return err
		}
		d.dropLocks(serial)
		return d.replace(d.path(serial, plugExt), []byte(hex.EncodeToString(id[:])))
	})
}

// dropLocks clears the locks of earlier insertions. One that is still held by a dead session may stay where the system
// insists; it does no harm.
func (d *Driver) dropLocks(serial string) {
	names, _ := d.opt.disk.Names(d.dir)
	for _, name := range names {
		if strings.HasPrefix(name, serial+".") && strings.HasSuffix(name, lockExt) {
			_ = d.opt.disk.Remove(filepath.Join(d.dir, name))
		}
	}
}

// Remove pulls a token. Sessions on it die and forget their login. TokenAbsent where it is not in.
func (d *Driver) Remove(serial string) error {
	const op = "softkey.Remove"
	defer d.forget()
	return d.change(op, func() error {
		plug, err := d.plug(serial)
		if err == nil && plug == "" {
			err = service.E(service.TokenAbsent, op, service.Args{"serial": serial}, nil)
		}
		if err != nil {
			return err
		}
		return d.remove(d.path(serial, plugExt))
	})
}

// Serials lists every token of the drawer, plugged in or not, in order.
func (d *Driver) Serials() ([]string, error) {
	serials, err := d.names(tokenExt)
	if err != nil {
		return nil, service.E(service.TokenFailed, "softkey.Serials", nil, err)
	}
	return serials, nil
}

// names lists the serials that have a file with ext, in order: Names sorts, and all names have the one extension.
func (d *Driver) names(ext string) ([]string, error) {
	names, err := d.opt.disk.Names(d.dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range names {
		if serial, ok := strings.CutSuffix(name, ext); ok && validSerial(serial) {
			out = append(out, serial)
		}
	}
	return out, nil
}

// Insertion names the present insertion of a token: another one has another name. "" where the token is not in.
func (d *Driver) Insertion(serial string) (string, error) {
	id, err := d.plug(serial)
	if err != nil {
		return "", service.E(service.TokenFailed, "softkey.Insertion", nil, err)
	}
	return id, nil
}

// plug names the present insertion of a token, "" where it is not in.
func (d *Driver) plug(serial string) (string, error) {
	if !validSerial(serial) {
		return "", nil
	}
	id, err := d.opt.disk.Read(d.path(serial, plugExt))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if _, bad := hex.Decode(make([]byte, len(id)), id); bad != nil || len(id) != 16 {
		return "", nil
	}
	return string(id), nil
}

// load reads a token's file. TokenAbsent, TokenDamaged or TokenFailed.
func (d *Driver) load(op, serial string) (*image, error) {
	data, err := d.opt.disk.Read(d.path(serial, tokenExt))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, service.E(service.TokenAbsent, op, service.Args{"serial": serial}, err)
	case err != nil:
		return nil, service.E(service.TokenFailed, op, nil, err)
	}
	img, err := parse(data)
	if err == nil && img.Serial != serial {
		err = errors.New("file of another serial")
	}
	if err != nil {
		return nil, service.E(service.TokenDamaged, op, service.Args{"serial": serial}, err)
	}
	return img, nil
}

func (d *Driver) store(img *image) error {
	data, err := img.encode()
	if err != nil {
		return err
	}
	return d.replace(d.path(img.Serial, tokenExt), data)
}

// change runs act under the drawer's lock and codes what is uncoded: StoreFull and StoreReadOnly where the disk refused and
// nothing was changed, TokenFailed for the rest.
func (d *Driver) change(op string, act func() error) error {
	err := d.locked(act)
	if err == nil || service.CodeOf(err) != service.Internal {
		return err
	}
	return service.E(diskCode(err), op, nil, err)
}

func diskCode(err error) service.Code {
	switch {
	case errors.Is(err, errUnsettled):
		return service.TokenFailed
	case noRoom(err):
		return service.StoreFull
	case readOnly(err), errors.Is(err, fs.ErrPermission):
		return service.StoreReadOnly
	}
	return service.TokenFailed
}
