package screen

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// remembered is how many entries can be scrolled back to. The inbox has them all.
const remembered = 2000

// model is the state of the screen. It belongs to the goroutine of the program.
type model struct {
	Conversation
	history       viewport.Model
	input         input
	entries       []shown
	marks         map[string]string
	peers         []tab // in the order of their first entries
	width, height int
	away          bool // the user looks at another window
	kept          string
	interrupted   bool
}

// tab is a peer in the list.
type tab struct {
	peer, name string
	unread     int
	last, seen int64 // numbers of the last entry, and of the last that the user has seen and Seen knows of
}

func newModel(c Conversation) *model {
	history := viewport.New()
	// Letters are for the message.
	history.KeyMap = viewport.KeyMap{PageUp: viewport.DefaultKeyMap().PageUp, PageDown: viewport.DefaultKeyMap().PageDown}
	history.KeyMap.PageUp.SetKeys("pgup")
	history.KeyMap.PageDown.SetKeys("pgdown")
	m := &model{Conversation: c, history: history, marks: map[string]string{}, kept: c.Start}
	m.input.set(c.Start)
	for _, e := range c.History {
		m.append(e)
		if e.Unread {
			m.tabOf(e).unread++
		}
		if e.Own && e.Rest == "" {
			m.input.earlier = append(m.input.earlier, e.Text)
		}
	}
	m.input.place = len(m.input.earlier)
	return m
}

// Init does nothing.
func (m *model) Init() tea.Cmd { return nil }

// keepDue says that it is time to keep what is being typed, and what was seen.
type keepDue struct{}

// Update handles a key, an entry or a new size.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.show(true)
	case tea.FocusMsg:
		return m, m.look()
	case tea.BlurMsg:
		m.away = true
	case Entry:
		m.add(msg)
		if msg.Peer != "" && !msg.Own && !m.sees(msg.Peer) {
			m.tabOf(msg).unread++
		}
		return m, tea.Batch(m.alert(msg), m.keepSoon())
	case marked:
		m.marks[msg.id] = msg.mark
		m.show(false)
	case keepDue:
		m.keep()
	case tea.PasteMsg:
		m.input.insert(msg.Content)
		return m, tea.Batch(m.typed(), m.look())
	case tea.KeyPressMsg:
		return m, tea.Batch(m.press(msg), m.look())
	default:
		var scrolled tea.Cmd
		m.history, scrolled = m.history.Update(msg)
		return m, scrolled
	}
	return m, nil
}

// press handles a key.
func (m *model) press(msg tea.KeyPressMsg) tea.Cmd {
	switch name := msg.Keystroke(); name {
	case "ctrl+c":
		m.interrupted = true
		return tea.Quit
	case "ctrl+d":
		if m.input.text == "" {
			return tea.Quit
		}
		m.input.key("delete")
		return m.typed()
	case "enter":
		return m.say()
	case "alt+enter", "shift+enter", "ctrl+j":
		m.input.insert("\n")
		return m.typed()
	case "tab", "ctrl+right":
		m.turn(1)
	case "shift+tab", "ctrl+left":
		m.turn(-1)
	case "pgup", "pgdown":
		m.history, _ = m.history.Update(msg)
		m.read()
	default:
		if digit, ok := strings.CutPrefix(name, "alt+"); ok && len(digit) == 1 && digit >= "0" && digit <= "9" {
			m.number(int(digit[0] - '0'))
			return nil
		}
		if text := msg.Key().Text; text != "" {
			m.input.insert(text)
			return m.typed()
		}
		if m.input.key(name) {
			return m.typed()
		}
	}
	return nil
}

// typed makes room for what is typed, and makes it be kept in a moment.
func (m *model) typed() tea.Cmd {
	m.layOut()
	return m.keepSoon()
}

// keepSoon makes what is new be kept in a moment.
func (m *model) keepSoon() tea.Cmd {
	const moment = 300 * time.Millisecond
	return tea.Tick(moment, func(time.Time) tea.Msg { return keepDue{} })
}

// keep keeps what is being typed, and how far the user has read.
func (m *model) keep() {
	m.keepDraft()
	for i, p := range m.peers {
		if p.unread == 0 && p.last > p.seen {
			m.peers[i].seen = p.last
			if m.Seen != nil {
				m.Seen(p.peer, p.last)
			}
		}
	}
}

// keepDraft keeps what is being typed, if it has changed.
func (m *model) keepDraft() {
	if m.Draft != nil && m.input.text != m.kept {
		m.kept = m.input.text
		m.Draft(m.kept)
	}
}

// say passes on the typed text.
func (m *model) say() tea.Cmd {
	text := m.input.take()
	if text == "" {
		return nil
	}
	defer m.show(true)
	if strings.HasPrefix(text, "/") && m.Command != nil {
		if !strings.HasPrefix(text, "//") {
			return m.command(text)
		}
		text = text[1:]
	}
	said, err := m.Say(text)
	if err != nil {
		m.input.set(text)
		m.add(Entry{Head: "!", Text: err.Error()})
		return nil
	}
	m.kept = "" // whoever took the text has taken the draft
	m.add(said)
	return nil
}

// command carries out a text that begins with a slash.
func (m *model) command(text string) tea.Cmd {
	entries, quit, err := m.Command(text)
	for _, e := range entries {
		m.add(e)
	}
	m.keepDraft()
	if m.Chosen != nil && m.Chosen() != m.Peer {
		m.choose(m.Chosen())
	}
	switch {
	case err != nil:
		m.add(Entry{Head: "!", Text: err.Error()})
	case quit:
		return tea.Quit
	}
	return nil
}

func (m *model) add(e Entry) {
	m.append(e)
	m.show(false)
}

// append adds an entry that is shown later.
func (m *model) append(e Entry) {
	m.entries = append(m.entries, shown{Entry: e})
	if e.Mark != "" {
		m.marks[e.ID] = e.Mark
	}
	if extra := len(m.entries) - remembered; extra > 0 {
		for _, old := range m.entries[:extra] {
			delete(m.marks, old.ID)
		}
		m.entries = m.entries[extra:]
	}
	if e.Peer != "" {
		p := m.tabOf(e)
		p.last = max(p.last, e.Number)
	}
}

// tabOf returns the place in the list of the peer to whom e belongs. It is good until the next call.
func (m *model) tabOf(e Entry) *tab {
	at := -1
	for i, p := range m.peers {
		if p.peer == e.Peer {
			at = i
		}
	}
	if at < 0 {
		at = len(m.peers)
		m.peers = append(m.peers, tab{peer: e.Peer, name: e.Peer})
	}
	if e.Name != "" {
		m.peers[at].name = e.Name
	}
	return &m.peers[at]
}

// sees reports whether the user sees the end of a peer's conversation.
func (m *model) sees(peer string) bool {
	return !m.away && (m.Peer == "" || m.Peer == peer) && m.history.AtBottom()
}

// look records that the user is there.
func (m *model) look() tea.Cmd {
	m.away = false
	if m.read() {
		return m.keepSoon()
	}
	return nil
}

// read clears the counts of what the user sees, and reports whether there were any.
func (m *model) read() (any bool) {
	for i, p := range m.peers {
		if m.sees(p.peer) {
			any = any || p.unread > 0
			m.peers[i].unread = 0
		}
	}
	return any
}

// alert rings the bell for a text that the user does not see, and shows it elsewhere if that is wanted.
func (m *model) alert(e Entry) tea.Cmd {
	if e.Own || e.Peer == "" || m.sees(e.Peer) {
		return nil
	}
	if m.Alert != nil {
		m.Alert(e.Head, e.Text)
	}
	text := "\a"
	if m.Notify {
		text += "\x1b]9;" + strings.ReplaceAll(ansi.Truncate(e.Head+": "+e.Text, 200, "…"), "\n", " ") + "\a"
	}
	return tea.Raw(text)
}

// turn shows the next or the last conversation: everybody's, then each peer's.
func (m *model) turn(step int) {
	at := 0
	for i, p := range m.peers {
		if p.peer == m.Peer {
			at = i + 1
		}
	}
	n := len(m.peers) + 1
	m.number((at + step + n) % n)
}

// number shows the nth conversation of the list; 0 is everybody's.
func (m *model) number(n int) {
	switch {
	case n == 0:
		m.choose("")
	case n <= len(m.peers):
		m.choose(m.peers[n-1].peer)
	}
}

// choose shows a peer's conversation, with what was being typed in it.
func (m *model) choose(peer string) {
	m.keepDraft()
	if m.Peer = peer; m.Select != nil {
		m.input.set(m.Select(peer))
		m.kept = m.input.text
	}
	m.show(true)
	m.read()
}
