package tui

// Show is Run over another terminal.
var Show = show
