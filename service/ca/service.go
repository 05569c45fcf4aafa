package ca

import (
	"sync"
	"time"

	"certdesk/service"
	"certdesk/service/sm"
)

const keyVersion = 1

// Service is the centre. Safe for concurrent use; several may stand over one store.
type Service struct {
	store    Store
	env      service.Env
	seal     *sm.Sealer
	profiles map[string]Profile
	founding sync.Mutex // one hierarchy at a time
}

// New takes the centre's data key (16 bytes or more; copied) that seals everything secret in store. Whether it is the store's
// own key shows in the first act: KeyWrong.
func New(store Store, env service.Env, master []byte) (*Service, error) {
	seal, err := sm.NewSealer(env.Rand, master, keyVersion)
	if err != nil {
		return nil, err
	}
	profiles, err := ParseProfiles(defaultProfiles)
	if err != nil {
		return nil, err
	}
	return &Service{store: store, env: env, seal: seal, profiles: profiles}, nil
}

// now is the time of an act: UTC, whole seconds, as certificates carry it.
func (s *Service) now() time.Time { return s.env.Now().UTC().Truncate(time.Second) }

func refused(op, reason, field string) *service.Error {
	args := service.Args{"reason": reason}
	if field != "" {
		args["field"] = field
	}
	return service.E(service.CARefused, "ca."+op, args, nil)
}

func notFound(op, what, id string) *service.Error {
	return service.E(service.NotFound, "ca."+op, service.Args{"what": what, "id": id}, nil)
}

func internal(op string, err error) *service.Error {
	return service.E(service.Internal, "ca."+op, nil, err)
}
