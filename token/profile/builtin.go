package profile

import (
	"embed"
	"io/fs"
	"strings"

	"certdesk/service"
)

//go:embed builtin/*.toml
var builtin embed.FS

const ending = ".toml"

// Builtin lists the names of the profiles that the program brings, in order.
func Builtin() (names []string) {
	entries, _ := fs.ReadDir(builtin, "builtin") // embedded: it is there
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ending))
	}
	return names
}

// Named gives a profile of [Builtin]. NotFound (what, id) where there is none.
func Named(name string) (Profile, error) {
	text, err := Source(name)
	if err != nil {
		return Profile{}, err
	}
	return Parse(text)
}

// Source gives the file of a profile of [Builtin], comments and all: what somebody starts from who writes his own.
func Source(name string) ([]byte, error) {
	text, err := builtin.ReadFile("builtin/" + name + ending)
	if err != nil {
		return nil, service.E(service.NotFound, "profile.Source", service.Args{"what": "token profile", "id": name}, err)
	}
	return text, nil
}
