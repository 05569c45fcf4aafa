//go:build !unix

package host_test

// playStation is for systems where a station can be killed with -9.
func playStation(string) int { return 1 }
