package screen

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

const prompt = "> "

// shown is an entry with its rows on the screen, which are good for one width and one mark.
type shown struct {
	Entry
	rows  []string
	width int
	mark  string
}

// show renders the entries. It follows new ones when the user has not scrolled back, or when follow is set.
func (m *model) show(follow bool) {
	follow = follow || m.history.AtBottom()
	m.layOut()
	lines := make([]string, 0, len(m.entries))
	divided := false
	for i := range m.entries {
		e := &m.entries[i]
		if m.Peer == "" || e.Peer == "" || e.Peer == m.Peer {
			if e.Unread && !divided {
				divided = true
				lines = append(lines, m.paint("2", ansi.Truncate("──── new ────", m.width, "")))
			}
			if mark := m.marks[e.ID]; e.rows == nil || e.width != m.width || e.mark != mark {
				e.rows, e.width, e.mark = strings.Split(m.wrapped(m.line(e.Entry)), "\n"), m.width, mark
			}
			lines = append(lines, e.rows...)
		}
	}
	m.history.SetContentLines(lines)
	if follow {
		m.history.GotoBottom()
	}
}

// layOut gives the history the rows that the box of the input leaves, and keeps its end in sight.
func (m *model) layOut() {
	follow := m.history.AtBottom()
	rows, _, _ := m.input.rows(m.inputWidth())
	m.history.SetWidth(m.width)
	m.history.SetHeight(max(1, m.height-1-m.listHeight()-min(len(rows), m.inputHeight())))
	if follow {
		m.history.GotoBottom()
	}
}

// inputWidth is how wide the box is in which a text is typed, inputHeight how high it may grow.
func (m *model) inputWidth() int { return max(1, m.width-len(prompt)-1) }

func (m *model) inputHeight() int { return max(1, m.height/3) }

func (m *model) listHeight() int {
	if len(m.peers) > 1 || m.unread() > 0 {
		return 1
	}
	return 0
}

// wrapped breaks an entry between words, by the width that it has on the screen.
func (m *model) wrapped(text string) string {
	if m.width <= 0 {
		return text
	}
	return ansi.Wrap(strings.ReplaceAll(text, "\t", "    "), m.width, "")
}

func (m *model) line(e Entry) string {
	color := "36"
	if e.Own {
		color = "32"
	}
	line := m.paint(color, e.Head+":") + " " + strings.ReplaceAll(e.Text, "\n", "\n    ")
	if e.Rest != "" {
		line += "\n    " + m.paint("2", e.Rest)
	}
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

func (m *model) unread() int {
	n := 0
	for _, p := range m.peers {
		n += p.unread
	}
	return n
}

// list is the line that says who is there, and how much of each is unread.
func (m *model) list() string {
	parts := []string{m.chosen("", "0 all")}
	for i, p := range m.peers {
		text := fmt.Sprintf("%d %s", i+1, p.name)
		if p.unread > 0 {
			text += fmt.Sprintf(" (%d)", p.unread)
		}
		parts = append(parts, m.chosen(p.peer, text))
	}
	return ansi.Truncate(strings.Join(parts, "  "), m.width, "…")
}

func (m *model) chosen(peer, text string) string {
	if peer == m.Peer {
		return m.paint("7", "["+text+"]")
	}
	return text
}

// View draws the title, the history, the list of peers and the text that is being typed.
func (m *model) View() tea.View {
	title := m.Title
	if m.width > 0 {
		title = ansi.Truncate(title, m.width, "…")
	}
	parts := []string{m.paint("1", title), m.history.View()}
	if m.listHeight() > 0 {
		parts = append(parts, m.list())
	}
	rows, x, y := m.input.rows(m.inputWidth())
	top := 0
	if n := m.inputHeight(); len(rows) > n {
		top = min(max(0, y-n+1), len(rows)-n)
		rows = rows[top : top+n]
	}
	for i, row := range rows {
		if top+i == 0 {
			parts = append(parts, prompt+row)
		} else {
			parts = append(parts, "  "+row)
		}
	}
	v := tea.NewView(strings.Join(parts, "\n"))
	v.AltScreen, v.ReportFocus = true, true
	v.WindowTitle = m.Title
	if n := m.unread(); n > 0 {
		v.WindowTitle = fmt.Sprintf("(%d) %s", n, m.Title)
	}
	v.Cursor = tea.NewCursor(len(prompt)+x, 1+m.history.Height()+m.listHeight()+y-top)
	return v
}
