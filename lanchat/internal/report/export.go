package report

import (
	"context"
	"io"
	"time"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/display"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// exportJSON is a line of export. Which fields are set depends on the direction.
type exportJSON struct {
	Direction string     `json:"direction"` // received, sent or waiting
	ID        string     `json:"id"`
	Peer      string     `json:"peer"`
	Text      string     `json:"text"`
	Body      []byte     `json:"body"`
	At        time.Time  `json:"at"` // received, or queued
	OKAt      *time.Time `json:"ok_at,omitempty"`
	Name      string     `json:"name,omitempty"`
	Key       string     `json:"key,omitempty"`
	State     string     `json:"state,omitempty"`
	File      string     `json:"file,omitempty"`
	Size      int64      `json:"size,omitempty"`
}

// Export writes every message as a line, and returns how many there are.
func Export(ctx context.Context, box *mailbox.Mailbox, e display.Encoding, w io.Writer) (n int, err error) {
	write := func(line exportJSON) error {
		line.Text = e.Decode(line.Body)
		text, err := display.JSON(line)
		if err == nil {
			_, err = w.Write(text)
		}
		n++
		return err
	}
	err = box.After(ctx, 0, func(m *lanchat.Message) error {
		line := exportJSON{
			Direction: "received", ID: m.ID.String(), Peer: From(m), Body: m.Body, At: m.Received.UTC(), Name: m.Name,
		}
		if m.Proved {
			line.Key = m.Sender.Pin().String()
		}
		if m.File != nil {
			line.File, line.Size = m.File.Path, m.File.Size
		}
		return write(line)
	})
	if err != nil {
		return n, err
	}
	err = box.Sent(ctx, func(o *mailbox.Outgoing, at time.Time) error {
		line := outgoingLine("sent", o)
		line.OKAt = &at
		return write(line)
	})
	if err != nil {
		return n, err
	}
	waiting, err := box.Outbox(ctx)
	for _, o := range waiting {
		if err == nil {
			err = write(outgoingLine("waiting", o))
		}
	}
	return n, err
}

func outgoingLine(direction string, o *mailbox.Outgoing) exportJSON {
	return exportJSON{
		Direction: direction, ID: o.ID.String(), Peer: o.Peer, Body: o.Body, At: o.Queued, State: string(o.State),
		File: o.Path, Size: o.Size,
	}
}
