//go:build !windows

package module

import "strconv"

// UlongSize is the width of CK_ULONG, C's unsigned long, in bytes: that of a pointer.
const UlongSize = strconv.IntSize / 8
