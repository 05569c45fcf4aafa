package db

import (
	"encoding/json"
	"errors"

	"certdesk/service"
	"certdesk/service/sm"
)

// vault seals cells. The associated data is table, row id and column: a cell moved elsewhere does not open.
type vault struct{ *sm.Sealer }

func (v vault) seal(plain []byte, table, id, column string) ([]byte, error) {
	if v.Sealer == nil {
		return nil, service.E(service.KeyMissing, "db.seal", service.Args{"path": ""}, nil)
	}
	return v.Sealer.Seal(plain, table, id, column)
}

func (v vault) open(sealed []byte, table, id, column string) ([]byte, error) {
	if v.Sealer == nil {
		return nil, service.E(service.KeyMissing, "db.open", service.Args{"path": ""}, nil)
	}
	return v.Sealer.Open(sealed, table, id, column)
}

func (v vault) sealJSON(value any, table, id, column string) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, service.E(service.Internal, "db.seal", nil, err)
	}
	defer clear(plain)
	return v.seal(plain, table, id, column)
}

func (v vault) openJSON(sealed []byte, into any, table, id, column string) error {
	plain, err := v.open(sealed, table, id, column)
	if err != nil {
		return err
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, into); err != nil {
		return damaged("open", errors.New("sealed value of "+table+"."+column+" is not JSON"))
	}
	return nil
}

// key is the search key of a value in a column, nil where nothing can be searched for.
func (v vault) key(column, value string) []byte {
	if v.Sealer == nil || value == "" {
		return nil
	}
	return v.SearchKey(column, value)
}
