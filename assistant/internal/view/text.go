package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
)

// phone is the number to dial, and how it was written when that says more.
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

// birthdayOf is the date, or in quotes the text that is none: no birthday will be told of it.
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

// weekday is short: Mon, Tue.
func (v Console) weekday(d assistant.Date) string {
	return v.Lang.Text(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("Mon"))
}

// distance tells in words how far away a day is.
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

// shorten cuts s after width columns.
func shorten(s string, width int) string {
	if console.Width(s) <= width {
		return s
	}
	var b strings.Builder
	columns := 1 // of the ellipsis
	for _, r := range s {
		if columns += console.Width(string(r)); columns > width {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}
