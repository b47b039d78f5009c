// Package view is the user interface as the commands see it: one interface for everything that the assistant shows.
// Console is for people at a terminal, HTML for those in a browser, JSON for programs. The part of a program that
// changes most is behind it: a new user interface is a new View, and no command changes.
package view

import (
	"iter"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/console"
)

// A View shows things to whoever uses the assistant. Its methods return write errors, and the error that a list ends
// with.
type View interface {
	HistoryView

	// Contact shows all of one contact.
	Contact(c *assistant.Contact) error

	// Contacts shows a list of contacts.
	Contacts(list iter.Seq2[*assistant.Contact, error]) error

	// Note shows all of one note.
	Note(n *assistant.Note) error

	// Notes shows a list of notes.
	Notes(list iter.Seq2[*assistant.Note, error]) error

	// Birthdays shows who has a birthday, soonest first. today is the first day of the list.
	Birthdays(today assistant.Date, list []assistant.Birthday) error

	// Found shows the hits of a search for words, best first.
	Found(result assistant.SearchResult, words string) error

	// Agenda shows what matters on a day, or nothing if there is nothing.
	Agenda(a *assistant.Agenda) error

	// AgendaText returns what Agenda would show a person.
	AgendaText(a *assistant.Agenda) string

	// Copies shows the copies of a store, oldest first.
	Copies(list []Copy) error

	// Tags shows tags and how often each is used.
	Tags(list []assistant.TagCount) error

	// Intervals shows how often the user wants to talk to the contacts with each tag.
	Intervals(list assistant.Intervals) error

	// Migrations shows the migrations of the store's tables.
	Migrations(list []Migration) error

	// CacheInfos shows how many answers of each kind came from the cache.
	CacheInfos(list []CacheInfo) error

	// Commands shows the list of available commands.
	Commands(page []console.Entry) error

	// Message reports that something was done. text is for people, data says the same for programs.
	Message(text string, data any) error

	// Problem shows what the line of an error cannot say: the candidates for an ambiguous name, the reason why a card was
	// refused. The error itself is shown when the program ends.
	Problem(err error) error
}

// Wrong says in a language what is wrong with a field.
func Wrong(lang catalog.Language, e *assistant.FieldError) string {
	if sentence := assistant.ProblemSentence(e.Code); lang.Text(sentence) != sentence {
		return lang.Text(sentence)
	}
	return lang.Message(e.Problem)
}

// Migration is one migration of the store's tables.
type Migration struct {
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
}

// Copy is a copy of a store.
type Copy struct {
	File   string    `json:"file"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"` // "day", "migration", "import", "restore"
	Bytes  int64     `json:"bytes"`
}

// CacheInfo is the statistics of the cache for one kind of answers.
type CacheInfo struct {
	Kind     string `json:"kind"`
	Hits     int64  `json:"hits"`
	Misses   int64  `json:"misses"`
	Size     int64  `json:"size"`
	Capacity int    `json:"capacity"`
}

// For returns the view that the user of t, who is in the time zone location, asked for. Its lists have numbers for
// later commands if numbers is true.
func For(t *console.Terminal, location *time.Location, lang catalog.Language, numbers bool) View {
	if t.JSON() {
		return JSON{t}
	}
	return Console{t, location, lang, numbers}
}
