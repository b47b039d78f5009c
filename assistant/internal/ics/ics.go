// Package ics writes days of the address book as iCalendar (RFC 5545), for calendars that subscribe to it: birthdays,
// anniversaries, notes that are due and contacts that are due for a call. [Read] collects the days and [Write] writes
// them.
package ics

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
)

// Days are what a calendar shows.
type Days struct {
	Birthdays     []*assistant.Contact // those with a [assistant.Contact.Birthday]
	Anniversaries []*assistant.Contact
	Notes         []*assistant.Note // those that are due on a day
	Calls         []assistant.DueCall
	Today         assistant.Date // the day to which an overdue call moves
}

// Write writes a calendar. Every event has a UID that stays the same, and an alarm at nine in the morning.
func Write(w io.Writer, days Days, lang catalog.Language) error {
	c := calendar{bufio.NewWriter(w), lang}
	c.lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//goweb//assistant//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"X-WR-CALNAME:"+escape(lang.Text("Contacts and "+
			"notes")), "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H")
	for _, p := range days.Birthdays {
		c.yearly("birthday", p, p.Birthday, withYear(lang.Sprintf("Birthday: %s", p.Name), p.Birthday))
	}
	for _, p := range days.Anniversaries {
		c.yearly("anniversary", p, p.Anniversary, withYear(lang.Sprintf("Anniversary: %s", p.Name), p.Anniversary))
	}
	for _, n := range days.Notes {
		c.event("note-"+n.ID, n.Updated, n.Due, n.Heading(), "", n.Remind)
	}
	for _, call := range days.Calls {
		p, day := call.Contact, call.Due
		if day.DaysUntil(days.Today) > 0 {
			day = days.Today
		}
		c.event("call-"+p.ID, p.Updated, day, lang.Sprintf("Call: %s", p.Name), "", 0)
	}
	c.lines("END:VCALENDAR")
	return c.Flush()
}

func withYear(text string, d assistant.Date) string {
	if d.Year == 0 {
		return text
	}
	return fmt.Sprintf("%s (%d)", text, d.Year)
}

type calendar struct {
	*bufio.Writer
	lang catalog.Language
}

// yearly writes a day that recurs every year. If the day has no year, the event begins in the year in which the contact
// was created, and mentions no year. Someone born on 29 February celebrates on the last day of February.
func (c calendar) yearly(kind string, p *assistant.Contact, day assistant.Date, summary string) {
	first, rule := day, "RRULE:FREQ=YEARLY"
	if day.Year == 0 {
		first = day.Celebrated(p.Created.Year())
	}
	if day.Month == time.February && day.Day == 29 {
		rule += ";BYMONTH=2;BYMONTHDAY=-1"
	}
	c.event(kind+"-"+p.ID, p.Updated, first, summary, rule, 0)
}

// event writes an event of a whole day, with alarms on the day and, if before is not 0, so many days before.
func (c calendar) event(uid string, changed time.Time, day assistant.Date, summary, rule string, before int) {
	date := func(d assistant.Date) string { return fmt.Sprintf("%04d%02d%02d", d.Year, d.Month, d.Day) }
	c.lines("BEGIN:VEVENT", "UID:"+uid+"@assistant", "DTSTAMP:"+changed.UTC().Format("20060102T150405Z"),
		"DTSTART;VALUE=DATE:"+date(day), "DTEND;VALUE=DATE:"+date(day.AddDays(1)))
	if rule != "" {
		c.lines(rule)
	}
	c.lines("SUMMARY:"+escape(summary), "TRANSP:TRANSPARENT")
	triggers := []string{"PT9H"}
	if before > 0 {
		triggers = append(triggers, fmt.Sprintf("-PT%dH", before*24-9))
	}
	for _, trigger := range triggers {
		c.lines("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:"+trigger, "DESCRIPTION:"+escape(summary), "END:VALARM")
	}
	c.lines("END:VEVENT")
}

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func escape(text string) string { return escaper.Replace(text) }

// lines writes lines, each folded after 75 bytes at most and never inside a character.
func (c calendar) lines(lines ...string) {
	for _, line := range lines {
		for width := 75; len(line) > width; width = 74 {
			end := width
			for end > 1 && !utf8.RuneStart(line[end]) {
				end--
			}
			_, _ = c.WriteString(line[:end] + "\r\n ") // a bufio.Writer keeps its error
			line = line[end:]
		}
		_, _ = c.WriteString(line + "\r\n")
	}
}
