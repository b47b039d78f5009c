package command

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
)

// messageJSON is a received message as scripts see it.
type messageJSON struct {
	ID         string    `json:"id"`
	From       string    `json:"from"` // where an answer goes, when the sender said so; else its IP address
	Text       string    `json:"text"`
	Body       []byte    `json:"body"`
	ReceivedAt time.Time `json:"received_at"`
	Name       string    `json:"name,omitempty"` // as the sender calls itself
	Key        string    `json:"key,omitempty"`  // the fingerprint of the key that the sender has proved
}

// printer writes messages to stdout.
type printer struct {
	terminal *console.Terminal
	encoding display.Encoding
}

// print writes m as one JSON object, or as text for people.
func (p printer) print(m *lanchat.Message) error {
	text := p.encoding.Decode(m.Body)
	if p.terminal.JSON() {
		object := messageJSON{ID: m.ID.String(), From: from(m), Text: text, Body: m.Body, ReceivedAt: m.Received.UTC(), Name: m.Name}
		if m.Proved {
			object.Key = m.Sender.Pin().String()
		}
		line, err := display.JSON(object)
		if err != nil {
			return err
		}
		_, err = p.terminal.Out.Write(line)
		return err
	}
	t := p.terminal
	head := t.Paint(t.Out, console.Dim, m.Received.Local().Format(time.DateTime)) + " " + t.Paint(t.Out, console.Cyan, who(m)) + ": "
	// A message of several lines cannot pose as several messages.
	body := strings.ReplaceAll(display.Text(text), "\n", "\n    ")
	_, err := fmt.Fprintf(t.Out, "%s%s\n", head, body)
	return err
}

// from returns where an answer to m goes.
func from(m *lanchat.Message) string {
	if m.ReplyPort != 0 {
		return netip.AddrPortFrom(m.Remote.Addr(), m.ReplyPort).String()
	}
	return m.Remote.Addr().String()
}

// who names the sender for people. A name that is only claimed stands beside the address, which is not.
func who(m *lanchat.Message) string {
	if m.Name == "" {
		return from(m)
	}
	if m.Proved {
		return fmt.Sprintf("%s (%s, key %.8s)", display.Line(m.Name), from(m), m.Sender.Pin())
	}
	return fmt.Sprintf("%s (%s)", display.Line(m.Name), from(m))
}
