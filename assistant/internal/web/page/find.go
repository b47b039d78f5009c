package page

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// today shows the first page: what matters in the next days.
func (p *pages) today(w http.ResponseWriter, r *http.Request) error {
	book := visit.From(r.Context()).Book
	agenda, err := book.Agenda(r.Context(), book.Today(), 7)
	if err != nil {
		return err
	}
	return p.show(w, r, frame{Title: "Today"}, func(v view.HTML) error { return v.Agenda(agenda) }, own("today-foot", nil))
}

func (p *pages) search(w http.ResponseWriter, r *http.Request) error {
	words := strings.TrimSpace(r.URL.Query().Get("q"))
	f := frame{Title: "Search", Search: words}
	if words == "" {
		return p.show(w, r, f, own("search-empty", nil))
	}
	query := assistant.SearchQuery{Words: words, Limit: pageSize}
	result, err := visit.From(r.Context()).Book.SearchPage(r.Context(), query, false)
	if err != nil {
		return err
	}
	return p.show(w, r, f, func(v view.HTML) error { return v.Found(result, words) })
}

func (p *pages) birthdays(w http.ResponseWriter, r *http.Request) error {
	book := visit.From(r.Context()).Book
	days, err := strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil || days < 0 || days > 366 {
		days = 30
	}
	list, err := book.Birthdays(r.Context(), book.Today(), days)
	if err != nil {
		return err
	}
	return p.show(
		w,
		r,
		frame{Title: "Birthdays"},
		own("birthdays-head", days),
		func(v view.HTML) error { return v.Birthdays(book.Today(), list) },
	)
}

// A month is a month of the year, with its birthdays.
type month struct {
	Name string
	Days []assistant.Birthday
}

// year shows the birthdays of a year, month by month.
func (p *pages) year(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	first := assistant.Date{Year: v.Book.Today().Year, Month: time.January, Day: 1}
	list, err := v.Book.Birthdays(
		r.Context(),
		first,
		first.DaysUntil(assistant.Date{Year: first.Year, Month: time.December, Day: 31}),
	)
	if err != nil {
		return err
	}
	months := make([]month, 12)
	for i := range months {
		months[i].Name = v.Lang.Text(time.Month(i + 1).String())
	}
	for _, b := range list {
		m := &months[b.Date.Month-1]
		m.Days = append(m.Days, b)
	}
	return p.show(w, r, frame{Title: "Birthdays of the year"}, own("year", months))
}

func (p *pages) tags(w http.ResponseWriter, r *http.Request) error {
	return p.showTags(w, r, intervalForm{}, 0)
}

func (p *pages) showTags(w http.ResponseWriter, r *http.Request, form intervalForm, status int) error {
	store := visit.From(r.Context()).Book.Store
	contacts, err := store.ContactTags(r.Context())
	if err != nil {
		return err
	}
	notes, err := store.NoteTags(r.Context())
	if err != nil {
		return err
	}
	intervals, err := store.TagIntervals(r.Context())
	if err != nil {
		return err
	}
	form.Tags = contacts
	return p.show(w, r, frame{Title: "Tags", Status: status},
		own("heading", "Contacts"), func(v view.HTML) error { return v.Tags(contacts) },
		own("heading", "Keep in touch"), func(v view.HTML) error { return v.Intervals(intervals) },
		own("interval-form", form),
		own("heading", "Notes"), func(v view.HTML) error {
			v.List = "/notes"
			return v.Tags(notes)
		})
}

// An intervalForm is what was typed as the interval of a tag, and what is wrong with it.
type intervalForm struct {
	Tag, CallEvery string
	Tags           []assistant.TagCount // the tags in use
	Wrong          *assistant.FieldError
}

// At returns what is wrong with a field, or nil if nothing is.
func (f intervalForm) At(field string) *assistant.FieldError {
	if f.Wrong != nil && f.Wrong.Field == field {
		return f.Wrong
	}
	return nil
}

// saveInterval sets how often the user wants to talk to the contacts with a tag.
func (p *pages) saveInterval(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	form := intervalForm{Tag: r.PostForm.Get("tag"), CallEvery: r.PostForm.Get("call_every")}
	days, err := strconv.Atoi(strings.TrimSpace(form.CallEvery))
	if err != nil {
		days = -1 // which is not a number of days either
	}
	_, err = visit.From(r.Context()).Book.SetTagInterval(r.Context(), form.Tag, days)
	if errors.As(err, &form.Wrong) {
		return p.showTags(w, r, form, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return p.to(w, r, "/tags")
}

func (p *pages) help(w http.ResponseWriter, r *http.Request) error {
	return p.show(
		w,
		r,
		frame{Title: "Help"},
		own("help", nil),
		own("heading", "Commands of the console"),
		func(v view.HTML) error { return v.Commands(p.Commands) },
	)
}

func (p *pages) nothing(http.ResponseWriter, *http.Request) error {
	return problem.New(problem.NotFound, "there is nothing at this address", "")
}
