package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console"
)

// label is the name of a field with the type of its value.
func label(field, kind string) string {
	if kind == "" {
		return field
	}
	return field + " (" + kind + ")"
}

// phone is the number to dial, and how it was written when that says more.
func phone(p assistant.Phone) string {
	switch p.E164 {
	case "":
		return p.Typed
	case strings.ReplaceAll(p.Typed, " ", ""):
		return p.E164
	}
	return p.E164 + "  (" + p.Typed + ")"
}

// address is an address in one line, from the street to the country.
func address(a assistant.Address) string {
	var parts []string
	for _, part := range []string{a.POBox, a.Extended, a.Street, a.Locality, a.Region, a.PostalCode, a.Country} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

func birthdayOf(c *assistant.Contact) string {
	if c.Birthday.IsZero() {
		return c.BirthdayText
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
func weekday(d assistant.Date) string {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("Mon")
}

// distance tells in words how far away a day is.
func distance(days int) string {
	switch days {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	}
	return fmt.Sprintf("%d days", days)
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
