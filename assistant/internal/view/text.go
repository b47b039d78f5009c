package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
)

// phone returns the number to dial, and how it was written if that says more.
func phone(p assistant.Phone) string {
	if p.Extension != "" {
		return p.E164 + " ext. " + p.Extension + "  (" + p.Typed + ")"
	}
	switch p.E164 {
	case "":
		return p.Typed
	case strings.ReplaceAll(p.Typed, " ", ""):
		return p.E164
	}
	return p.E164 + "  (" + p.Typed + ")"
}

// birthdayOf returns the date, or in quotes a text that is not a date: no birthday will be announced for it.
func birthdayOf(c *assistant.Contact) string {
	if c.Birthday.IsZero() && c.BirthdayText != "" {
		return `"` + c.BirthdayText + `"`
	}
	return c.Birthday.String()
}

func photo(p *assistant.Photo) string {
	if p.URL != "" {
		return p.URL
	}
	return fmt.Sprintf("%s, %d bytes", p.MediaType, len(p.Data))
}

// weekday returns a short name: Mon, Tue.
func (v Console) weekday(d assistant.Date) string {
	return v.Lang.Text(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("Mon"))
}

// distance says in words how far away a day is.
func (v Console) distance(days int) string {
	switch {
	case days == 0:
		return v.Lang.Text("today")
	case days == 1:
		return v.Lang.Text("tomorrow")
	case days < 0:
		return v.Lang.Count(-days, "%d day ago|%d days ago")
	}
	return v.Lang.Count(days, "%d day|%d days")
}

// shorten truncates s to width columns.
func shorten(s string, width int) string {
	if console.Width(s) <= width {
		return s
	}
	var b strings.Builder
	columns := 1 // for the ellipsis
	for _, r := range s {
		if columns += console.Width(string(r)); columns > width {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}
