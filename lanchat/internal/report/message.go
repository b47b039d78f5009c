package report

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
)

// messageJSON is the JSON form of a received message.
type messageJSON struct {
	ID         string    `json:"id"`
	From       string    `json:"from"` // where an answer goes, when the sender said so; else its IP address
	Text       string    `json:"text"`
	Body       []byte    `json:"body"`
	ReceivedAt time.Time `json:"received_at"`
	Name       string    `json:"name,omitempty"` // as the sender calls itself
	Key        string    `json:"key,omitempty"`  // the fingerprint of the key that the sender has proved
	File       *fileJSON `json:"file,omitempty"` // of a file, whose name is the text
}

// fileJSON is a file that has arrived.
type fileJSON struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Printer writes messages to stdout. It belongs to one goroutine at a time.
type Printer struct {
	Terminal *console.Terminal
	Encoding display.Encoding
	hinted   bool // that there are other encodings
}

// Print writes m as one JSON object, or as text for people.
func (p *Printer) Print(m *lanchat.Message) error {
	text := p.Encoding.Decode(m.Body)
	if !p.hinted && p.Encoding.Fails(m.Body) {
		p.hinted = true
		p.Terminal.Notef("a text of %s is not UTF-8 (--encoding cp1251, koi8-u, cp866 or latin1 may show it)", Who(m))
	}
	if p.Terminal.JSON() {
		object := messageJSON{
			ID: m.ID.String(), From: From(m), Text: text, Body: m.Body, ReceivedAt: m.Received.UTC(), Name: m.Name,
		}
		if m.Proved {
			object.Key = m.Sender.Pin().String()
		}
		if m.File != nil {
			object.File = &fileJSON{m.File.Path, m.File.Size, hex.EncodeToString(m.File.SHA256[:])}
		}
		line, err := display.JSON(object)
		if err != nil {
			return err
		}
		_, err = p.Terminal.Out.Write(line)
		return err
	}
	t := p.Terminal
	at := m.Received.Local().Format(time.DateTime)
	head := t.Paint(t.Out, console.Dim, at) + " " + t.Paint(t.Out, console.Cyan, Who(m)) + ": "
	if m.File != nil {
		text = FileText(m)
	}
	// A message of several lines cannot pose as several messages.
	body := strings.ReplaceAll(display.Text(text), "\n", "\n    ")
	_, err := fmt.Fprintf(t.Out, "%s%s\n", head, body)
	return err
}

// FileText describes a file that has arrived.
func FileText(m *lanchat.Message) string {
	return fmt.Sprintf("file %s (%s) in %s", m.Body, display.Size(m.File.Size), m.File.Path)
}

// From returns where an answer to m goes.
func From(m *lanchat.Message) string {
	if m.ReplyPort != 0 {
		return netip.AddrPortFrom(m.Remote.Addr(), m.ReplyPort).String()
	}
	return m.Remote.Addr().String()
}

// Who returns the sender as people see it. A name that is only claimed comes with the address, which is not.
func Who(m *lanchat.Message) string {
	if m.Name == "" {
		return From(m)
	}
	if m.Proved {
		return fmt.Sprintf("%s (%s, key %.8s)", display.Line(m.Name), From(m), m.Sender.Pin())
	}
	return fmt.Sprintf("%s (%s)", display.Line(m.Name), From(m))
}
