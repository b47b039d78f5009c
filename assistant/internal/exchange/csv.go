package exchange

import (
	"cmp"
	"encoding/csv"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// widths are how many columns of each kind a table has: as many as the contact with the most has.
type widths struct{ phones, emails, addresses, pages, chats, events, relations int }

func (w *widths) fit(c *assistant.Contact) {
	events := len(c.Dates)
	if !c.Anniversary.IsZero() {
		events++
	}
	w.phones, w.emails = max(w.phones, len(c.Phones)), max(w.emails, len(c.Emails))
	w.addresses, w.pages = max(w.addresses, len(c.Addresses)), max(w.pages, len(c.WebPages))
	w.chats, w.events = max(w.chats, len(c.Chats)), max(w.events, events)
	w.relations = max(w.relations, len(c.Relations))
}

// WriteCSV writes contacts as a table with the columns of Google's contacts. A cell that a spreadsheet would run as a
// formula begins with an apostrophe, which [Cards] removes again.
func WriteCSV(w io.Writer, contacts iter.Seq2[*assistant.Contact, error]) (int, error) {
	var columns widths
	var all []*assistant.Contact
	for c, err := range contacts {
		if err != nil {
			return 0, err
		}
		columns.fit(c)
		without := *c
		without.Photo, without.Source = nil, nil // which no column has
		all = append(all, &without)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columns.header()); err != nil {
		return 0, err
	}
	for _, c := range all {
		cells := columns.cells(c)
		for i := range cells {
			cells[i] = formula(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return 0, err
		}
	}
	out.Flush()
	return len(all), out.Error()
}

func (w widths) header() []string {
	header := []string{
		"Name Prefix", "First Name", "Middle Name", "Last Name", "Name Suffix", "Name", "Nickname", "Organization " +
			"Name", "Organization Title",
		"Birthday", "Notes", "Labels",
	}
	many := func(kind string, n int, parts ...string) {
		for i := range n {
			for _, part := range parts {
				header = append(header, kind+" "+strconv.Itoa(i+1)+" - "+part)
			}
		}
	}
	many("E-mail", w.emails, "Label", "Value")
	many("Phone", w.phones, "Label", "Value")
	many("Address", w.addresses, "Label", "Street", "Extended Address", "City", "Region", "Postal Code", "Country",
		"PO Box")
	many("Website", w.pages, "Label", "Value")
	many("IM", w.chats, "Service", "Value")
	many("Event", w.events, "Label", "Value")
	many("Relation", w.relations, "Label", "Value")
	return header
}

func (w widths) cells(c *assistant.Contact) []string {
	cells := []string{
		c.Parts.Prefix, c.Parts.Given, c.Parts.Additional, c.Parts.Family, c.Parts.Suffix, c.Name, c.Nickname,
		c.Organization, c.Title,
		cmp.Or(c.Birthday.String(), c.BirthdayText), c.Note, strings.Join(c.Tags, several),
	}
	fill := func(n, used, parts int) {
		for range (n - used) * parts {
			cells = append(cells, "")
		}
	}
	for _, m := range c.Emails {
		cells = append(cells, m.Type, m.Address)
	}
	fill(w.emails, len(c.Emails), 2)
	for _, p := range c.Phones {
		cells = append(cells, p.Type, p.Typed)
	}
	fill(w.phones, len(c.Phones), 2)
	for _, a := range c.Addresses {
		cells = append(cells, a.Type, a.Street, a.Extended, a.Locality, a.Region, a.PostalCode, a.Country, a.POBox)
	}
	fill(w.addresses, len(c.Addresses), 8)
	for _, p := range c.WebPages {
		cells = append(cells, p.Type, p.URL)
	}
	fill(w.pages, len(c.WebPages), 2)
	for _, h := range c.Chats {
		cells = append(cells, h.Type, h.Address)
	}
	fill(w.chats, len(c.Chats), 2)
	events := c.Dates
	if !c.Anniversary.IsZero() {
		events = append([]assistant.Event{{Type: "anniversary", Date: c.Anniversary}}, events...)
	}
	for _, e := range events {
		cells = append(cells, e.Type, e.Date.String())
	}
	fill(w.events, len(events), 2)
	for _, r := range c.Relations {
		cells = append(cells, r.Type, r.Name)
	}
	fill(w.relations, len(c.Relations), 2)
	return cells
}

var number = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?$`)

// formula puts an apostrophe before what a spreadsheet would take for a formula, and before an apostrophe that
// [unformula] would otherwise remove.
func formula(cell string) string {
	switch {
	case cell == "" || number.MatchString(cell):
		return cell
	case strings.ContainsRune("=@+-\t\r", rune(cell[0])), strings.HasPrefix(cell, "'") &&
		formula(strings.TrimLeft(cell, "'")) != strings.TrimLeft(cell, "'"):
		return "'" + cell
	}
	return cell
}

// unformula removes the apostrophe of [formula].
func unformula(cell string) string {
	rest, found := strings.CutPrefix(cell, "'")
	if found && formula(rest) != rest {
		return rest
	}
	return cell
}
