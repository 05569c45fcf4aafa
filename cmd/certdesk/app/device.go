package app

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"certdesk/service"
	"certdesk/token"
	"certdesk/token/host"
	"certdesk/token/p11"
	"certdesk/token/profile"
	"certdesk/token/skf"
	"certdesk/token/softkey"
)

// SoftKey is the driver of the soft UKeys in the data folder; the others are profile.P11 and profile.SKF.
const SoftKey = "softkey"

// Drivers lists the kinds of token.
func Drivers() []string { return []string{SoftKey, profile.P11, profile.SKF} }

// Device says which tokens the station works with. The zero value is the soft UKeys of its data folder.
type Device struct {
	Driver  string   // one of Drivers; "" is SoftKey
	Module  string   // the maker's library; "" is where the profile looks for it
	Profile string   // a built-in profile's name or a TOML file; "" is the driver's generic one
	Program []string // runs the command token-host; nil is this very program
	// Limit is how long an act of the library may take, for tests; nil is host.DefaultLimit.
	Limit func(op string) time.Duration
}

// Soft reports whether the tokens are the soft UKeys.
func (d Device) Soft() bool { return d.Driver == "" || d.Driver == SoftKey }

// Resolve finds profile and library of a device that is no soft UKey. Errors: TokenUnsupported (what) for a driver that nobody knows,
// NotFound and ProfileBad for the profile, TokenLibrary (file, reason).
func (d Device) Resolve() (profile.Profile, string, error) {
	const op = "app.Resolve"
	if !slices.Contains(Drivers(), d.Driver) {
		return profile.Profile{}, "", service.E(service.TokenUnsupported, op, service.Args{"what": d.Driver}, nil)
	}
	p, err := d.profile()
	if err != nil {
		return p, "", err
	}
	if p.Driver != d.Driver {
		args := service.Args{"line": "1", "key": "driver", "value": p.Driver, "rule": "not allowed", "allowed": d.Driver, "reason": "--driver " + d.Driver}
		return p, "", service.E(service.ProfileBad, op, args, nil)
	}
	if d.Module != "" {
		full, err := filepath.Abs(d.Module)
		return p, full, err
	}
	file, tried := p.FindLibrary(runtime.GOOS, runtime.GOARCH, exists)
	if file == "" {
		return p, "", service.E(service.TokenLibrary, op, service.Args{"file": strings.Join(tried, ", "), "reason": "no-file"}, nil)
	}
	return p, file, nil
}

func (d Device) profile() (profile.Profile, error) {
	switch {
	case d.Profile == "":
		return profile.Named(d.Driver)
	case slices.Contains(profile.Builtin(), d.Profile):
		return profile.Named(d.Profile)
	}
	return profile.Load(d.Profile)
}

// Library loads the device's library into this process: for the helper process alone, which it may take down.
func (d Device) Library(env service.Env) (token.Driver, error) {
	p, file, err := d.Resolve()
	if err != nil {
		return nil, err
	}
	if d.Driver == profile.SKF {
		return skf.Open(skf.Config{Module: file, Profile: p, Env: env})
	}
	return p11.Open(p11.Config{Module: file, Profile: p, Env: env})
}

// Command runs this program's command name on the device in a process of its own. Nothing secret stands in it.
func (d Device) Command(name string) []string {
	program := d.Program
	if len(program) == 0 {
		program = []string{self()}
	}
	args := []string{name, "--driver", d.Driver}
	for flag, value := range map[string]string{"--module": d.Module, "--profile": d.Profile} {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	return slices.Concat(program, args)
}

// self is this program as it was called; where that name leads nowhere any more, as the system knows it.
func self() string {
	if path, err := exec.LookPath(os.Args[0]); err == nil {
		if full, err := filepath.Abs(path); err == nil {
			return full
		}
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// Start runs the device's library in a process of its own. log takes its starts and ends. late: without a library that works the
// driver starts too, and says why at every look.
func (d Device) Start(ctx context.Context, env service.Env, log io.Writer, late bool) (*host.Driver, profile.Profile, error) {
	p, _, err := d.Resolve()
	if err != nil {
		return nil, p, err
	}
	h, err := host.Start(ctx, host.Config{Command: d.Command("token-host"), Driver: d.Driver, Late: late, Env: env, Log: log, LogLimit: unheard, Limit: d.Limit})
	return h, p, err
}

// unheard: what a library prints is not kept, as some print what they send to the token, PINs too. Starts and ends are.
const unheard = -1

// tokens makes the tokens that the station serves: the soft UKeys, or a maker's library in its helper process.
func (a *App) tokens(ctx context.Context) (err error) {
	if a.Drawer, err = softkey.Open(filepath.Join(a.Dir, "ukeys"), a.Env, a.Soft...); err != nil {
		return err
	}
	if a.Device.Soft() {
		a.Tokens, a.factory = token.Owned(a.Drawer), softkey.FactorySOPIN
		return nil
	}
	if a.hostLog, err = os.OpenFile(filepath.Join(a.Dir, "token-host.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return unwritten("tokens", a.Dir, err)
	}
	h, p, err := a.Device.Start(ctx, a.Env, a.hostLog, true)
	if err != nil {
		return err
	}
	a.Host, a.Tokens = h, token.Owned(h)
	a.factory, a.fixedSO = p.SOPIN.Factory, p.SOPIN.Scheme == profile.Fixed
	return nil
}

// Devices looks whether the tokens can be reached at all; nil where they can, also with none in. Errors: as service.Tokens.List.
func (a *App) Devices(ctx context.Context) error {
	_, err := a.Tokens.List(ctx)
	return err
}
