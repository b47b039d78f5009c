package talk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/screen"
	"github.com/pythonweb/goweb/lanchat/internal/source"
)

// slashHelp is what /help shows.
const slashHelp = "Enter sends; Alt-Enter or Ctrl-J breaks the line; Up recalls; Page Up and Page Down scroll; " +
	"Tab or Alt-1 … 9 shows one peer, Alt-0 all" + `
/peer NAME      talk to NAME from now on
/file PATH      send a file or a folder
/search WORDS   show the messages that contain all WORDS
/save FILE      write all messages to FILE, as lanchat export prints them; FILE must not exist
/yes, /no       answer the last question
/quit           end
//text          send /text`

// command carries out what was typed with a slash.
func (t *Talk) command(ctx context.Context, text string) (entries []screen.Entry, quit bool, err error) {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	rest = strings.TrimSpace(rest)
	note := func(format string, args ...any) {
		entries = append(entries, screen.Entry{Head: "*", Text: display.Text(fmt.Sprintf(format, args...))})
	}
	if rest == "" && (word == "/peer" || word == "/file" || word == "/search" || word == "/save") {
		return nil, false, fmt.Errorf("%s needs an argument (/help)", word)
	}
	switch word {
	case "/help":
		note("%s", slashHelp)
	case "/quit":
		return nil, true, nil
	case "/peer":
		queue, _, err := t.Station.Resolve(ctx, rest)
		if err != nil {
			return nil, false, err
		}
		name := t.conversation(ctx, queue, true)
		t.mu.Lock()
		t.chosen, t.targets[name] = name, queue
		t.mu.Unlock()
		note("to %s from now on", queue)
		entries[0].Peer, entries[0].Own, entries[0].Name = name, true, display.Line(name)
		return entries, false, nil
	case "/file":
		entry, err := t.sendFile(ctx, rest)
		return []screen.Entry{entry}, false, err
	case "/search":
		return t.search(ctx, rest)
	case "/save":
		n, err := t.save(ctx, rest)
		if err != nil {
			return nil, false, err
		}
		note("messages saved to %[2]s: %[1]d", n, rest)
	case "/yes", "/no":
		return nil, false, t.answer(ctx, word == "/yes")
	default:
		return nil, false, fmt.Errorf("there is no command %s (/help; //%s sends it)", word, strings.TrimPrefix(word, "/"))
	}
	return entries, false, nil
}

// sendFile puts a file into the outbox.
func (t *Talk) sendFile(ctx context.Context, path string) (screen.Entry, error) {
	peer, err := t.target()
	if err != nil {
		return screen.Entry{}, err
	}
	file, err := source.Open(path)
	if err != nil {
		return screen.Entry{}, report.NoFile(path, err)
	}
	o := courier.Outgoing(peer, file)
	if err := t.Station.Mailbox.EnqueueFile(ctx, o); err != nil {
		return screen.Entry{}, err
	}
	t.Station.Wake()
	return t.own(ctx, o, len(o.Body)), nil
}

// search shows the last received and sent messages that contain all words. It holds only those in memory.
func (t *Talk) search(ctx context.Context, words string) ([]screen.Entry, bool, error) {
	const most = 50
	var received, sent []mailbox.Line
	keep := func(to *[]mailbox.Line, l mailbox.Line, text string) {
		if display.Contains(text, words) {
			*to = append((*to)[max(0, len(*to)-most+1):], l)
		}
	}
	err := t.Station.Mailbox.After(ctx, 0, func(m *lanchat.Message) error {
		keep(&received, mailbox.Line{Received: m}, receivedText(m, t.Encoding))
		return nil
	})
	if err == nil {
		err = t.Station.Mailbox.Sent(ctx, func(o *mailbox.Outgoing, _ time.Time) error {
			keep(&sent, mailbox.Line{Sent: o}, ownText(o, t.Encoding))
			return nil
		})
	}
	waiting, failed := t.Station.Mailbox.Outbox(ctx)
	if err = errors.Join(err, failed); err != nil {
		return nil, false, err
	}
	for _, o := range waiting {
		keep(&sent, mailbox.Line{Sent: o}, ownText(o, t.Encoding))
	}
	lines := mailbox.InOrder(append(received, sent...))
	var found []screen.Entry
	for _, l := range lines[max(0, len(lines)-most):] {
		entry := screen.Entry{}
		if l.Received != nil {
			entry = t.arrived(ctx, l.Received, len(l.Received.Body))
		} else {
			entry = t.own(ctx, l.Sent, len(l.Sent.Body))
		}
		found = append(found, screen.Entry{Head: "* " + entry.Head, Text: entry.Text, Rest: entry.Rest})
	}
	if len(found) == 0 {
		return nil, false, fmt.Errorf("no message contains %q", words)
	}
	return found, false, nil
}

// save writes what was received and sent to a new file, as lanchat export prints it, and returns how many messages
// there are.
func (t *Talk) save(ctx context.Context, path string) (n int, err error) {
	err = atomicfile.WriteNew(path, 0o600, func(w io.Writer) error {
		n, err = report.Export(ctx, t.Station.Mailbox, t.Encoding, w)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("cannot save: %w", err)
	}
	return n, nil
}

// asked records a question.
func (t *Talk) asked(q mailbox.Question) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.question = append(t.question, q)
}

// answer answers the last question.
func (t *Talk) answer(ctx context.Context, yes bool) error {
	t.mu.Lock()
	n := len(t.question)
	if n == 0 {
		t.mu.Unlock()
		return errors.New("there is no question to answer")
	}
	q := t.question[n-1]
	t.question = t.question[:n-1]
	t.mu.Unlock()
	if err := t.Station.Mailbox.Answer(ctx, q.Number, yes); err != nil {
		return errors.New("nobody asks that any more")
	}
	return nil
}

// choose makes a conversation the one that is shown, and returns its draft.
func (t *Talk) choose(ctx context.Context, peer string) string {
	t.mu.Lock()
	t.chosen = peer
	t.mu.Unlock()
	text, _ := t.Station.Mailbox.Draft(ctx, t.draftOf()) // a draft that cannot be read is lost
	return text
}

// shown returns whose conversation the user wants to see.
func (t *Talk) shown() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.chosen
}
