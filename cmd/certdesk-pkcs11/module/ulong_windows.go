package module

// UlongSize is the width of CK_ULONG, C's unsigned long, in bytes: 4 on every Windows.
const UlongSize = 4
