package talk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/courier"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/report"
	"github.com/pythonweb/goweb/lanchat/internal/screen"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

// Talk is one chat.
type Talk struct {
	Station  *station.Listening
	Named    string // the peer that the user has named, or empty
	Files    station.Files
	Encoding display.Encoding

	mu       sync.Mutex
	peer     string             // to whom the next line goes, unless the user has named a peer; at first empty
	last     string             // the address of whoever wrote last
	chosen   string             // whose conversation is shown; empty for everybody's
	targets  map[string]string  // where the texts of each conversation go
	question []mailbox.Question // those that wait for /yes or /no
}

// heard makes the sender of m the one to whom an answer goes, unless the user has named a peer.
func (t *Talk) heard(m *lanchat.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Named != "" {
		return
	}
	if m.ReplyPort != 0 {
		t.peer = report.From(m)
	}
	t.last = m.Remote.Addr().String()
}

// conversation returns the name of the conversation that a peer's texts belong to, and remembers where its answers
// go.
func (t *Talk) conversation(ctx context.Context, address string, answers bool) string {
	name := address
	if p, err := t.Station.Mailbox.Peer(ctx, address); err == nil && p.Name != "" {
		if _, err := t.Station.Mailbox.Peer(ctx, p.Name); err == nil { // otherwise several peers have the name
			name = p.Name
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.targets == nil {
		t.targets = map[string]string{}
	}
	if answers {
		t.targets[name] = address
	}
	return name
}

// target returns to whom the next text goes.
func (t *Talk) target() (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	peer, last := t.peer, t.last
	if t.Named != "" {
		peer = t.Named
	}
	if t.chosen != "" {
		peer, last = t.targets[t.chosen], t.chosen
	}
	switch {
	case peer == "" && last != "":
		return "", fmt.Errorf("%s did not say where it listens (start lanchat chat %s)", last, net.JoinHostPort(last, "PORT"))
	case peer == "":
		return "", errors.New("nobody to send to yet (start lanchat chat PEER, or wait for a message)")
	}
	return peer, nil
}

// say puts a text into the outbox, from where it is delivered at once.
func (t *Talk) say(ctx context.Context, text string) (*mailbox.Outgoing, error) {
	peer, err := t.target()
	if err != nil {
		return nil, err
	}
	if lanchat.TextLength([]byte(text)) > lanchat.MaxText {
		return nil, fmt.Errorf("the text is longer than %d bytes (/file PATH)", lanchat.MaxText)
	}
	o, err := t.Station.Mailbox.EnqueueDraft(ctx, peer, []byte(text), t.draftOf())
	if err == nil {
		t.Station.Wake()
	}
	return o, err
}

// draftOf names the conversation whose draft is being typed.
func (t *Talk) draftOf() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.chosen != "" {
		return t.chosen
	}
	return t.Named
}

// history returns what the screen shows first: the last messages, received and sent, and how far those have come.
func (t *Talk) history(ctx context.Context) ([]screen.Entry, error) {
	const shown = 200
	lines, err := t.Station.Mailbox.Last(ctx, shown, shownBytes+utf8.UTFMax)
	if err != nil {
		return nil, err
	}
	read, err := t.Station.Mailbox.Read(ctx)
	if err != nil {
		return nil, err
	}
	entries := make([]screen.Entry, len(lines))
	for i, l := range lines {
		if l.Received != nil {
			entries[i] = t.arrived(ctx, l.Received, l.Length)
			entries[i].Unread = l.Received.Number > max(read[""], read[entries[i].Peer])
		} else {
			entries[i] = t.own(ctx, l.Sent, l.Length)
		}
	}
	return entries, nil
}

// shownBytes is how much of a text the screen shows. People type and paste less; more would be wrapped, kept and drawn
// in vain.
const shownBytes = 16 << 10

// beginning returns what the screen shows of a body that is length bytes long in all, and what stands behind it.
func beginning(body []byte, length int) (part []byte, rest string) {
	if length <= shownBytes {
		return body, ""
	}
	end := shownBytes
	for end > shownBytes-utf8.UTFMax && !utf8.RuneStart(body[end]) {
		end--
	}
	return body[:end], fmt.Sprintf("… %s in all (/save FILE keeps all of it)", display.Size(int64(length)))
}

// arrived is a received message as the screen shows it; length is that of its whole body.
func (t *Talk) arrived(ctx context.Context, m *lanchat.Message, length int) screen.Entry {
	part := *m
	rest := ""
	if m.File == nil {
		part.Body, rest = beginning(m.Body, length)
	}
	head := moment(m.Received) + " " + report.Who(m)
	if t.Encoding.Fails(part.Body) {
		head += " (not UTF-8: --encoding cp1251, koi8-u, cp866 or latin1 may show it)"
	}
	peer := t.conversation(ctx, report.From(m), m.ReplyPort != 0)
	return screen.Entry{
		Peer: peer, Name: display.Line(peer), Head: head, Text: display.Text(receivedText(&part, t.Encoding)), Rest: rest,
		Number: m.Number,
	}
}

// receivedText is what a received message says, or which file it is.
func receivedText(m *lanchat.Message, e display.Encoding) string {
	if m.File != nil {
		return report.FileText(m)
	}
	return e.Decode(m.Body)
}

// ownText is receivedText of a message of the user's.
func ownText(o *mailbox.Outgoing, e display.Encoding) string {
	if o.Path != "" {
		return fmt.Sprintf("file %s (%s)", filepath.Base(o.Path), display.Size(o.Size))
	}
	return e.Decode(o.Body)
}

// own is a message of the user's as the screen shows it; length is that of its whole body.
func (t *Talk) own(ctx context.Context, o *mailbox.Outgoing, length int) screen.Entry {
	part := *o
	rest := ""
	if o.Path == "" {
		part.Body, rest = beginning(o.Body, length)
	}
	peer := t.conversation(ctx, o.Peer, true)
	entry := screen.Entry{
		ID: o.ID.String(), Peer: peer, Name: display.Line(peer), Head: moment(o.Queued) + " me",
		Text: display.Text(ownText(&part, t.Encoding)), Rest: rest, Own: true,
	}
	if o.Peer != t.Named {
		entry.Head += " to " + display.Line(o.Peer)
	}
	switch {
	case o.State == mailbox.Delivered:
		entry.Mark = mark(nil)
	case o.State == mailbox.Unknown:
		entry.Mark = mark(courier.ErrUnknown)
	case o.Failure != "":
		entry.Mark = mark(errors.New(o.Failure))
	}
	return entry
}

// moment returns the time of a message, with the date if it is not today's.
func moment(at time.Time) string {
	at = at.Local()
	if at.Format(time.DateOnly) == time.Now().Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}

// mark returns what is shown after a line that was sent.
func mark(err error) string {
	switch {
	case err == nil:
		return "OK"
	case errors.Is(err, courier.ErrUnknown):
		return "? the answer was lost, it may have arrived"
	default:
		return "… " + display.Line(err.Error())
	}
}
