package main

import (
	"charm.land/lipgloss/v2"
)

// mark is the sign in front of a verdict, in colour where the output is a terminal that has colours; colour never stands alone.
func mark(ok bool) string {
	if ok {
		return lipgloss.NewStyle().Foreground(lipgloss.Green).Render("✓")
	}
	return lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red).Render("✗")
}
