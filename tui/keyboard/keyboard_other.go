//go:build !unix

package keyboard

import (
	"os"

	tea "charm.land/bubbletea/v2"
)

// Input is nil: the console's own records are read by the library.
func Input(*os.File) tea.ProgramOption { return nil }
