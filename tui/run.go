package tui

import (
	"context"
	"errors"
	"os"

	tea "charm.land/bubbletea/v2"

	"certdesk/tui/keyboard"
	"certdesk/tui/text"
)

// Run shows the screen until the person quits or ctx ends. The end of ctx, such as by a signal, cuts no act: the screen quits as soon
// as the running one has come back, after keeping what was typed. Run returns when every act has ended, also where the terminal is
// gone, so that the caller may close what they work on.
func Run(ctx context.Context, cfg Config) error {
	if in := keyboard.Input(os.Stdin); in != nil {
		return show(ctx, cfg, in)
	}
	return show(ctx, cfg)
}

func show(ctx context.Context, cfg Config, more ...tea.ProgramOption) error {
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	m := New(run, cfg)
	p := tea.NewProgram(m, append(more, tea.WithFilter(m.Filter), tea.WithoutSignalHandler())...)
	free := context.AfterFunc(ctx, func() { p.Send(EndMsg{}) })
	defer free()
	_, err := p.Run()
	if err != nil && !errors.Is(err, tea.ErrProgramPanic) {
		runAll(m.page().Leave()) // the terminal is gone: what was typed is not
	}
	m.env.End()
	if ctx.Err() != nil {
		return nil // it was told to end, whatever became of the terminal
	}
	return err
}

// EndMsg tells the screen to end: at once where no act runs, else when the running one has come back. Keys do nothing after it.
type EndMsg struct{}

// Filter holds back what would end the program while an act runs.
func (m *Model) Filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.QuitMsg, tea.InterruptMsg:
		if m.busy() && !m.leaving {
			m.Toast(m.env.In(m.refusal()), true)
			return nil
		}
	}
	return msg
}

// end notes that the screen is to end.
func (m *Model) end() {
	m.env.Ending, m.ahead = true, nil
	if m.busy() {
		m.Toast(m.env.In(text.QuitSoon), true)
	}
}

// ended gives the command that quits, where the screen was told to end and nothing runs any more.
func (m *Model) ended() tea.Cmd {
	if !m.env.Ending || m.leaving || m.busy() {
		return nil
	}
	return m.quit()
}
