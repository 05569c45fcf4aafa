package host

import (
	"io"
	"time"

	"certdesk/service"
)

// Config says how to run a child. Command is needed, Env.Now too; every other zero value has a default.
type Config struct {
	Command []string // program and arguments; no secret among them
	Environ []string // "NAME=value", added to the station's environment; no secret among them
	Driver  string   // what the child's driver must be called; empty: whatever the first child says
	Late    bool     // Start succeeds without a child that works: List says why there is none
	Env     service.Env
	After   func(time.Duration) <-chan time.Time // nil: time.After
	Limit   func(op string) time.Duration        // nil, or no more than 0: DefaultLimit

	Log      io.Writer // takes what the child says on its standard error, and its starts and ends; nil: nobody reads it
	LogLimit int       // bytes of standard error per child, 0: 16 KiB; negative: none

	Deaths int           // young deaths in a row after which List does not wait for the pause, 0: 3
	Young  time.Duration // a child that lived less died young, 0: 10 s
	Probe  time.Duration // how often a watched child is asked for a list, which finds a library that hangs, 0: 5 s

	// A child without an open session is replaced after MaxOps calls (0: 20000), or when its resident memory exceeds MaxRSS bytes
	// (0: 512 MiB) and twice what it was at first. Negative: never.
	MaxOps int
	MaxRSS int64
}

func orElse[T int | int64 | time.Duration](v, other T) T {
	if v == 0 {
		return other
	}
	return v
}

func (c Config) filled() (Config, error) {
	if len(c.Command) == 0 || c.Command[0] == "" {
		return c, service.E(service.InputRequired, at("Start"), service.Args{"field": "command"}, nil)
	}
	if c.Env.Now == nil {
		return c, service.E(service.InputRequired, at("Start"), service.Args{"field": "clock"}, nil)
	}
	if c.After == nil {
		c.After = time.After
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	c.LogLimit = orElse(c.LogLimit, 16<<10)
	c.Deaths = orElse(c.Deaths, 3)
	c.Young = orElse(c.Young, 10*time.Second)
	c.Probe = orElse(c.Probe, 5*time.Second)
	c.MaxOps = orElse(c.MaxOps, 20000)
	c.MaxRSS = orElse(c.MaxRSS, 512<<20)
	return c, nil
}

// limit is how long an act may take.
func (c *Config) limit(name string) time.Duration {
	if c.Limit != nil {
		if d := c.Limit(name); d > 0 {
			return d
		}
	}
	return DefaultLimit(name)
}

const (
	firstPause = 100 * time.Millisecond
	longPause  = 10 * time.Second
)

// pause is how long to wait before the next start after young deaths in a row.
func pause(young int) time.Duration {
	if young > 7 {
		return longPause
	}
	return min(firstPause<<max(young-1, 0), longPause)
}
