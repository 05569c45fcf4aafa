package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// Run shows the screen until the person quits or ctx ends. Signals that would end the program are refused while an act runs.
func Run(ctx context.Context, cfg Config) error {
	run, stop := context.WithCancel(ctx)
	defer stop()
	m := New(run, cfg)
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithFilter(m.Filter))
	_, err := p.Run()
	return err
}

// Filter holds back what would end the program while an act runs.
func (m *Model) Filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.QuitMsg, tea.InterruptMsg:
		if m.busy() {
			m.Toast(m.env.In(m.refusal()), true)
			return nil
		}
	}
	return msg
}
