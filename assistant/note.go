package assistant

import (
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant/search"
)

// A Note is a piece of text.
type Note struct {
	ID      string    `json:"id"`      // a UUID that never changes
	Version int64     `json:"version"` // 1 when created, one more with every change; 0 before it is saved
	Title   string    `json:"title"`   // may be empty
	Text    string    `json:"text"`
	Tags    []string  `json:"tags,omitempty"` // sorted, no two that differ only in case
	Pinned  bool      `json:"pinned"`
	Due     Date      `json:"due,omitzero"`     // the day by which it is to be done
	Remind  int       `json:"remind,omitempty"` // days before Due on which to begin to remind
	Done    time.Time `json:"done,omitzero"`    // when it was done; UTC, whole milliseconds
	Created time.Time `json:"created"`          // UTC, whole milliseconds
	Updated time.Time `json:"updated"`          // UTC, whole milliseconds
}

// Heading returns the title, or the first line of the text that is not blank when there is no title.
func (n *Note) Heading() string {
	if n.Title != "" {
		return n.Title
	}
	for line := range strings.Lines(n.Text) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// Document returns the text in which the note is searched for. Its name is the heading.
func (n *Note) Document() search.Document {
	d := search.NewDocument(n.Heading(), nil, append([]string{n.Title, n.Text}, n.Tags...)...)
	return d.WithFields(n.Tags, "", nil).WithLatin(n.Heading())
}
