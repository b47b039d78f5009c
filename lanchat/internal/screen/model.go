package screen

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"
)

// remembered is how many entries can be scrolled back to. The inbox has them all.
const remembered = 2000

// model is the state of the screen. It belongs to the goroutine of the program.
type model struct {
	Conversation
	history     viewport.Model
	input       textinput.Model
	entries     []Entry
	marks       map[string]string
	width       int
	interrupted bool
}

func newModel(c Conversation) *model {
	input := textinput.New()
	input.Prompt = "> "
	input.Focus()
	history := viewport.New()
	history.SoftWrap = true
	// Letters are for the message.
	history.KeyMap = viewport.KeyMap{PageUp: viewport.DefaultKeyMap().PageUp, PageDown: viewport.DefaultKeyMap().PageDown}
	history.KeyMap.PageUp.SetKeys("pgup")
	history.KeyMap.PageDown.SetKeys("pgdown")
	m := &model{Conversation: c, history: history, input: input, marks: map[string]string{}}
	for _, e := range c.History {
		m.add(e)
	}
	return m
}

// Init starts the cursor.
func (m *model) Init() tea.Cmd { return textinput.Blink }

// Update takes in a key, an entry or a new size.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width = msg.Width
		m.input.SetWidth(max(1, msg.Width-4))
		m.history.SetWidth(msg.Width)
		m.history.SetHeight(max(1, msg.Height-2))
		m.show(true)
		return m, nil
	case Entry:
		m.add(msg)
		return m, nil
	case marked:
		m.marks[msg.id] = msg.mark
		m.show(false)
		return m, nil
	case tea.KeyPressMsg:
		switch msg.Keystroke() {
		case "ctrl+c":
			m.interrupted = true
			return m, tea.Quit
		case "ctrl+d":
			if m.input.Value() == "" {
				return m, tea.Quit
			}
		case "enter":
			m.say()
			return m, nil
		}
	}
	var typed, scrolled tea.Cmd
	m.input, typed = m.input.Update(msg)
	m.history, scrolled = m.history.Update(msg)
	return m, tea.Batch(typed, scrolled)
}

// say gives the typed line away.
func (m *model) say() {
	text := m.input.Value()
	if text == "" {
		return
	}
	m.input.Reset()
	said, err := m.Say(text)
	if err != nil {
		m.add(Entry{Head: "!", Text: err.Error()})
		return
	}
	m.add(said)
	m.show(true)
}

func (m *model) add(e Entry) {
	m.entries = append(m.entries, e)
	if e.Mark != "" {
		m.marks[e.ID] = e.Mark
	}
	if extra := len(m.entries) - remembered; extra > 0 {
		for _, old := range m.entries[:extra] {
			delete(m.marks, old.ID)
		}
		m.entries = m.entries[extra:]
	}
	m.show(false)
}

// show renders the entries. It follows new ones when the user has not scrolled back, or when follow is set.
func (m *model) show(follow bool) {
	follow = follow || m.history.AtBottom()
	lines := make([]string, 0, len(m.entries))
	for _, e := range m.entries {
		lines = append(lines, m.line(e))
	}
	m.history.SetContent(strings.Join(lines, "\n"))
	if follow {
		m.history.GotoBottom()
	}
}

func (m *model) line(e Entry) string {
	color := "36"
	if e.Own {
		color = "32"
	}
	line := m.paint(color, e.Head+":") + " " + strings.ReplaceAll(e.Text, "\n", "\n    ")
	switch mark := m.marks[e.ID]; {
	case e.ID == "":
	case mark == "":
		line += m.paint("2", "  …")
	default:
		line += m.paint("2", "  "+mark)
	}
	return line
}

func (m *model) paint(style, text string) string {
	if !m.Colors {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// View draws the title, the history and the line that is being typed.
func (m *model) View() tea.View {
	title := []rune(m.Title)
	if m.width > 0 && len(title) > m.width {
		title = title[:m.width]
	}
	v := tea.NewView(m.paint("1", string(title)) + "\n" + m.history.View() + "\n" + m.input.View())
	v.AltScreen = true
	return v
}
