// Package screen is the full-screen conversation of lanchat chat: what arrives and what is typed above, the box in
// which a message is being typed below, and between them who is there. It knows nothing of networks and disks.
package screen

import (
	"context"
	"errors"
	"io"

	tea "charm.land/bubbletea/v2"
)

// Conversation is what the screen shows and asks.
type Conversation struct {
	// Title is shown in the first line.
	Title string
	// History is shown first.
	History []Entry
	// Say is called with every text that the user has typed, and returns what is shown of it, at once; what becomes of
	// the text is told by Screen.Mark. Its error is shown.
	Say func(text string) (Entry, error)
	// Command, when set, is called with every text that begins with one slash. It returns what is shown, and whether
	// the user wants to end.
	Command func(text string) (shown []Entry, quit bool, err error)
	// Chosen, when set, is asked after a command whose conversation is to be shown.
	Chosen func() string
	// Select, when set, is told whose conversation is shown, "" for everybody's, and returns what was being typed
	// there.
	Select func(peer string) (draft string)
	// Draft, when set, is told what is being typed and not sent, soon after it changes.
	Draft func(text string)
	// Start is the text that is being typed at first.
	Start string
	// Peer is whose conversation is shown at first, "" for everybody's.
	Peer string
	// Notify shows texts that arrive while the user looks elsewhere as notifications of the terminal (OSC 9).
	Notify bool
	// Alert, when set, is told such texts, and does not wait.
	Alert func(head, text string)
	// Seen, when set, is told up to which entry the user has seen a peer's conversation, soon after that changes.
	Seen func(peer string, number int64)
	// Colors allows colours.
	Colors bool
}

// Screen is a conversation on a terminal. Its methods, except Run, are safe for concurrent use, even before and after
// Run.
type Screen struct {
	program *tea.Program
	done    chan struct{}
}

// ErrInterrupted says that the user has ended the conversation with Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// New prepares a screen that reads in and writes out, both the same terminal.
func New(in io.Reader, out io.Writer, c Conversation) *Screen {
	return &Screen{
		program: tea.NewProgram(newModel(c), tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler()),
		done:    make(chan struct{}),
	}
}

// Run shows the screen until the user ends it or ctx is done, and leaves the terminal as it was, also after a panic.
func (s *Screen) Run(ctx context.Context) error {
	defer close(s.done)
	unhook := context.AfterFunc(ctx, s.program.Quit)
	defer unhook()
	last, err := s.program.Run()
	if err != nil {
		return err
	}
	m := last.(*model)
	m.keep()
	if m.interrupted {
		return ErrInterrupted
	}
	return nil
}

// Entry is one line of the conversation; Text may have several lines of its own. All of it is safe to show.
type Entry struct {
	ID   string // for Mark; empty when nothing will change
	Peer string // whose conversation it belongs to; empty for all
	Name string // what the peer is called in the list
	Head string
	Text string
	Rest string // stands behind a Text that is only the beginning, and says so
	Own  bool
	Mark string // the first one
	// Number increases from entry to entry of what others have written; 0 for everything else.
	Number int64
	// Unread says of an entry of the history that the user has not seen it.
	Unread bool
}

// Add shows an entry.
func (s *Screen) Add(e Entry) { s.send(e) }

// Mark shows what became of the entry with that id, such as "OK".
func (s *Screen) Mark(id, mark string) { s.send(marked{id, mark}) }

type marked struct{ id, mark string }

// send hands m to the program, unless it has ended.
func (s *Screen) send(m tea.Msg) {
	select {
	case <-s.done:
	default:
		s.program.Send(m)
	}
}
