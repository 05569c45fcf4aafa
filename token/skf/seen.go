package skf

import (
	"context"

	"certdesk/service"
	"certdesk/token/profile"
)

// Seen is what a library and the token of serial ("" the first that is in) tell without a PIN, for the draft of a profile. Without a
// token the library alone is told of. Errors as Open.
func (d *Driver) Seen(ctx context.Context, serial string) (profile.Seen, error) {
	list, err := d.List(ctx)
	if err != nil {
		return profile.Seen{}, err
	}
	s := profile.Seen{Driver: profile.SKF, Dialect: d.told()}
	_, lack := d.Functions()
	for _, name := range lack {
		s.Unknown = append(s.Unknown, "the library has no "+name)
	}
	for _, info := range list {
		if serial == "" || info.Serial == serial {
			d.seenToken(&s, info)
			return s, nil
		}
	}
	if serial != "" {
		return s, service.E(service.TokenAbsent, "skf.Seen", service.Args{"serial": serial}, nil)
	}
	s.Unknown = append(s.Unknown, "no token was in: DEVINFO, PIN tries and applications")
	return s, nil
}

// told is the dialect as a profile says it.
func (d *Driver) told() profile.GMT0016 {
	found := d.Dialect()
	return profile.GMT0016{UlongBits: found.UlongBits, HandleBits: found.HandleBits, Packed: found.Packed, DevInfoSize: found.DevInfoSize,
		Application: d.prof.SKF.Application}
}

func (d *Driver) seenToken(s *profile.Seen, info service.TokenInfo) {
	s.Manufacturer, s.Model, s.Serial, s.Label = info.Manufacturer, info.Model, info.Serial, info.Label
	s.Initialised, s.Protected, s.Algs = info.Initialised, info.Protected, info.Algs
	s.SODefault, s.Counters = info.SO.Default, info.User.Known
	s.PIN = profile.PINs{Tries: info.User.Max, SOTries: info.SO.Max}
	s.Applications = d.applications(info.Serial)
	s.Unknown = append(s.Unknown, "which PINs are accepted: GM/T 0016 has no call for it")
}

// applications lists the names of what is on a token; none where it does not tell.
func (d *Driver) applications(serial string) []string {
	devices, err := d.devices()
	if err != nil {
		return nil
	}
	for _, dev := range devices {
		if dev.info.Serial != serial {
			continue
		}
		h, err := d.connect(dev.name)
		if err != nil {
			return nil
		}
		a := d.api()
		defer func() { _ = a.simple(fnDisConnectDev, uintptr(h)) }()
		names, _ := a.list(fnEnumApplication, uintptr(h))
		return names
	}
	return nil
}
