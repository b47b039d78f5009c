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

// htmlTemplates are parsed when the first page is shown: commands in a terminal do not wait for it.
var htmlTemplates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(htmlFiles, "html/*.html"))
})

// HTML shows things in a browser: parts of a page, without the frame around them, which whoever owns the page adds.
type HTML struct {
	Out      io.Writer
	Base     string // the path under which the program is served: "" or "/NAME"
	Lang     catalog.Language
	Location *time.Location             // nil means UTC
	Markdown func(string) template.HTML // turns the text of a note into HTML; nil shows it as it is
	Table    bool                       // lists of contacts are tables, not cards
	Words    string                     // of a search, marked in lists
	List     string                     // the list that an entry in a list of tags leads to; "" for that of contacts
	ReadOnly bool                       // the book may only be read: nothing leads to a change of it
	Path     string                     // the page of the subject of a history; "" for no links back to its versions
}

// shownHTML is the data of a template.
type shownHTML struct {
	HTML
	Data any
}

func (v HTML) execute(name string, data any) error {
	return htmlTemplates().ExecuteTemplate(v.Out, name, shownHTML{v, data})
}

// T returns a text in the language of the page.
func (v HTML) T(english string) string { return v.Lang.Text(english) }

// Count returns a number of things in the language of the page.
func (v HTML) Count(n int, english string) string { return v.Lang.Count(n, english) }

// Link returns the address of a page of the program.
func (v HTML) Link(path string, parts ...string) string {
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return v.Base + path
}

// Tagged returns the address of the list of what has a tag.
func (v HTML) Tagged(tag string) string {
	list := v.List
	if list == "" {
		list = "/contacts"
	}
	return v.Link(list) + "?tag=" + url.QueryEscape(tag)
}

// Time formats a time in the user's time zone.
func (v HTML) Time(t time.Time) string {
	location := v.Location
	if location == nil {
		location = time.UTC
	}
	return t.In(location).Format("2006-01-02 15:04")
}

// Text renders the text of a note.
func (v HTML) Text(text string) template.HTML {
	if v.Markdown == nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>")
	}
	return v.Markdown(text)
}

// Mark returns text with the words of the search marked, wherever they are and in whatever script or case.
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

// marked returns the length of the longest word at the beginning of a text.
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

// Dial returns the address for calling a number, or "" for a number that cannot be interpreted.
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

// Web returns the address of a web page, or "" for what is not such an address.
func (v HTML) Web(text string) string {
	if parsed, err := url.Parse(text); err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") &&
		parsed.Host != "" {
		return text
	}
	return ""
}

// Map returns the URL of a map that shows an address; a geo: URL would not find a street.
func (v HTML) Map(a assistant.Address) string {
	return "https://www.openstreetmap.org/search?query=" + url.QueryEscape(a.String())
}

// Wrong says what is wrong with a field.
func (v HTML) Wrong(e *assistant.FieldError) string { return Wrong(v.Lang, e) }

// Distance says in words how far away a day is.
func (v HTML) Distance(days int) string { return Console{Lang: v.Lang}.distance(days) }

// Weekday returns the short name of the day of the week.
func (v HTML) Weekday(d assistant.Date) string { return Console{Lang: v.Lang}.weekday(d) }

// Birthday returns the date, or the text that is not a date.
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

// collect reads a whole list before anything is shown: if the list ends with an error, nothing of it is.
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

// AgendaText returns nothing: mail and desktop use the text of Console.
func (v HTML) AgendaText(*assistant.Agenda) string { return "" }

// Copies shows the copies of a store.
func (v HTML) Copies(list []Copy) error { return v.execute("copies", list) }

// Tags shows tags and how often each is used.
func (v HTML) Tags(list []assistant.TagCount) error { return v.execute("tags", list) }

// Intervals shows how often the user wants to talk to the contacts with each tag.
func (v HTML) Intervals(list assistant.Intervals) error { return v.execute("intervals", list) }

// Migrations shows the migrations of the store's tables.
func (v HTML) Migrations(list []Migration) error { return v.execute("migrations", list) }

// CacheInfos shows how many answers of each kind came from the cache.
func (v HTML) CacheInfos(list []CacheInfo) error { return v.execute("caches", list) }

// Commands shows the list of available commands.
func (v HTML) Commands(page []console.Entry) error { return v.execute("commands", page) }

// Message reports that something was done.
func (v HTML) Message(text string, _ any) error { return v.execute("message", text) }

// Problem shows the candidates for an ambiguous name, or what went wrong with an item.
func (v HTML) Problem(err error) error {
	if err == nil {
		return nil
	}
	return v.execute("problem", fmt.Sprint(err))
}

// Of returns the data for showing one of several things.
func (s shownHTML) Of(data any) shownHTML { return shownHTML{s.HTML, data} }
