package view

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/console"
)

//go:embed html/*.html
var htmlFiles embed.FS

// htmlTemplates are parsed when the first page is shown: a command in a terminal does not wait for them.
var htmlTemplates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(htmlFiles, "html/*.html"))
})

// HTML shows things in a browser: parts of a page, without the frame around them. Whoever owns the page wraps them.
type HTML struct {
	Out      io.Writer
	Base     string // the path under which the program stands: "" or "/NAME"
	Lang     catalog.Language
	Location *time.Location             // nil is UTC
	Markdown func(string) template.HTML // makes HTML of the text of a note; nil shows it as it is
	Table    bool                       // lists of contacts are tables, not cards
	Words    string                     // of a search, marked in lists
	List     string                     // the list that a tag in a list of tags leads to; "" is that of contacts
	ReadOnly bool                       // the book may be read alone: nothing leads to a change of it
	Path     string                     // the page of what a history is of; "" shows no way back to its versions
}

// shownHTML is what a template sees.
type shownHTML struct {
	HTML
	Data any
}

func (v HTML) execute(name string, data any) error {
	return htmlTemplates().ExecuteTemplate(v.Out, name, shownHTML{v, data})
}

// T is a text in the language of the page.
func (v HTML) T(english string) string { return v.Lang.Text(english) }

// Count is a number of things in the language of the page.
func (v HTML) Count(n int, english string) string { return v.Lang.Count(n, english) }

// Link is the address of a page of the program.
func (v HTML) Link(path string, parts ...string) string {
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return v.Base + path
}

// Tagged is the address of the list of what has a tag.
func (v HTML) Tagged(tag string) string {
	list := v.List
	if list == "" {
		list = "/contacts"
	}
	return v.Link(list) + "?tag=" + url.QueryEscape(tag)
}

// Time is a moment in the person's time zone.
func (v HTML) Time(t time.Time) string {
	location := v.Location
	if location == nil {
		location = time.UTC
	}
	return t.In(location).Format("2006-01-02 15:04")
}

// Text is the text of a note.
func (v HTML) Text(text string) template.HTML {
	if v.Markdown == nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>")
	}
	return v.Markdown(text)
}

// Mark is text with the words of the search marked, wherever they stand and however they are written.
func (v HTML) Mark(text string) template.HTML {
	var words []string
	for _, word := range strings.Fields(v.Words) {
		if word = search.Fold(strings.Trim(word, `"`)); word != "" && !strings.HasPrefix(word, "-") {
			words = append(words, word)
		}
	}
	var b strings.Builder
	for runes := []rune(text); len(runes) > 0; {
		n := marked(runes, words)
		if n == 0 {
			b.WriteString(template.HTMLEscapeString(string(runes[:1])))
			runes = runes[1:]
			continue
		}
		b.WriteString("<mark>" + template.HTMLEscapeString(string(runes[:n])) + "</mark>")
		runes = runes[n:]
	}
	return template.HTML(b.String())
}

// marked is the length of the longest word at the beginning of a text.
func marked(runes []rune, words []string) int {
	longest := 0
	for _, word := range words {
		n := len([]rune(word))
		if n > longest && n <= len(runes) && search.Fold(string(runes[:n])) == word {
			longest = n
		}
	}
	return longest
}

// Dial is the address that a telephone calls; "" for a number that cannot be interpreted.
func (v HTML) Dial(p assistant.Phone) template.URL {
	number := p.E164
	if number == "" {
		number = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || strings.ContainsRune("*#+", r) {
				return r
			}
			return -1
		}, p.Typed)
	}
	if number == "" {
		return ""
	}
	return template.URL("tel:" + url.PathEscape(number))
}

// Web is the address of a page, "" for one that is not an address of the web.
func (v HTML) Web(text string) string {
	if parsed, err := url.Parse(text); err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") &&
		parsed.Host != "" {
		return text
	}
	return ""
}

// Map is the address of a map that shows an address; geo: would not find a street.
func (v HTML) Map(a assistant.Address) string {
	return "https://www.openstreetmap.org/search?query=" + url.QueryEscape(a.String())
}

// Wrong is what is wrong with a field.
func (v HTML) Wrong(e *assistant.FieldError) string { return Wrong(v.Lang, e) }

// Distance tells in words how far away a day is.
func (v HTML) Distance(days int) string { return Console{Lang: v.Lang}.distance(days) }

// Weekday is short.
func (v HTML) Weekday(d assistant.Date) string { return Console{Lang: v.Lang}.weekday(d) }

// Birthday is the date, or the text that is none.
func (v HTML) Birthday(c *assistant.Contact) string { return birthdayOf(c) }

// Contact shows all of one contact.
func (v HTML) Contact(c *assistant.Contact) error { return v.execute("contact", c) }

// Contacts shows a list of contacts, in cards or as a table.
func (v HTML) Contacts(list iter.Seq2[*assistant.Contact, error]) error {
	contacts, err := collect(list)
	if err != nil {
		return err
	}
	if v.Table {
		return v.execute("contacts-table", contacts)
	}
	return v.execute("contacts", contacts)
}

// Note shows all of one note.
func (v HTML) Note(n *assistant.Note) error { return v.execute("note", n) }

// Notes shows a list of notes.
func (v HTML) Notes(list iter.Seq2[*assistant.Note, error]) error {
	notes, err := collect(list)
	if err != nil {
		return err
	}
	return v.execute("notes", notes)
}

// collect reads a list before anything is shown: one that breaks off is shown not at all.
func collect[T any](list iter.Seq2[*T, error]) ([]*T, error) {
	var all []*T
	for each, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, each)
	}
	return all, nil
}

// Birthdays shows who has a birthday, soonest first.
func (v HTML) Birthdays(_ assistant.Date, list []assistant.Birthday) error {
	return v.execute("birthdays", list)
}

// Found shows the hits of a search, best first, with the words marked.
func (v HTML) Found(result assistant.SearchResult, words string) error {
	v.Words = words
	return v.execute("found", result)
}

// Agenda shows what matters on a day.
func (v HTML) Agenda(a *assistant.Agenda) error { return v.execute("agenda", a) }

// AgendaText returns nothing: mail and desktop get the text of a console.
func (v HTML) AgendaText(*assistant.Agenda) string { return "" }

// Copies shows the copies that are kept of a store.
func (v HTML) Copies(list []Copy) error { return v.execute("copies", list) }

// Tags shows tags and how often each is used.
func (v HTML) Tags(list []assistant.TagCount) error { return v.execute("tags", list) }

// Intervals shows how often the person wants to talk to the contacts of tags.
func (v HTML) Intervals(list assistant.Intervals) error { return v.execute("intervals", list) }

// Migrations shows the versions of the store's tables.
func (v HTML) Migrations(list []Migration) error { return v.execute("migrations", list) }

// CacheInfos shows how many answers of each kind came from the cache.
func (v HTML) CacheInfos(list []CacheInfo) error { return v.execute("caches", list) }

// Commands shows the page of available commands.
func (v HTML) Commands(page []console.Entry) error { return v.execute("commands", page) }

// Message tells that something was done.
func (v HTML) Message(text string, _ any) error { return v.execute("message", text) }

// Problem tells the candidates of an ambiguous name, or what went wrong with an item.
func (v HTML) Problem(err error) error {
	if err == nil {
		return nil
	}
	return v.execute("problem", fmt.Sprint(err))
}

// Of is what a template shows of one of several things.
func (s shownHTML) Of(data any) shownHTML { return shownHTML{s.HTML, data} }
