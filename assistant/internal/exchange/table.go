package exchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// isHeader reports whether a line names the columns of Google's or Outlook's contacts.
func isHeader(line string) bool {
	line = strings.ToLower(line)
	for _, name := range []string{
		"given name", "first name", "family name", "last name", "e-mail 1 - value",
		"e-mail address", "phone 1 - value",
	} {
		if strings.Contains(line, name) {
			return true
		}
	}
	return false
}

// several is what Google puts between the values of one cell.
const several = " ::: "

// table reads CSV with the columns of Google, of before or after 2024, or of Outlook.
func table(text string, yield func(*vcf.Card, error) bool) {
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	rows.FieldsPerRecord, rows.LazyQuotes = -1, true
	if first, _, _ := strings.Cut(text, "\n"); strings.Count(first, ";") > strings.Count(first, ",") {
		rows.Comma = ';'
	} else if strings.Count(first, "\t") > strings.Count(first, ",") {
		rows.Comma = '\t'
	}
	header, err := rows.Read()
	if err != nil {
		yield(nil, err)
		return
	}
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(header[i]))
	}
	for {
		cells, err := rows.Read()
		var wrong *csv.ParseError
		switch {
		case err == io.EOF:
			return
		case errors.As(err, &wrong):
			if !yield(nil, &vcf.SyntaxError{Line: wrong.StartLine, Problem: "the row is not CSV: " + wrong.Err.Error()}) {
				return
			}
			continue
		case err != nil:
			yield(nil, err)
			return
		}
		line, _ := rows.FieldPos(0)
		r := row{}
		empty := true
		for i, cell := range cells {
			if i < len(header) {
				r[header[i]] = unformula(cell)
				empty = empty && strings.TrimSpace(cell) == ""
			}
		}
		if !empty && !yield(r.card(line), nil) {
			return
		}
	}
}

// A row holds its cells by the names of their columns, in lower case.
type row map[string]string

// first returns the first of the columns that is not empty.
func (r row) first(names ...string) string {
	for _, name := range names {
		if value := strings.TrimSpace(r[name]); value != "" {
			return value
		}
	}
	return ""
}

func (r row) card(line int) *vcf.Card {
	b := newBuilder(line)
	given, family := r.first("first name", "given name"), r.first("last name", "family name")
	middle := r.first("middle name", "additional name")
	prefix, suffix := r.first("name prefix", "title"), r.first("name suffix", "suffix")
	name := r.first("name", "display name")
	if name == "" {
		name = strings.Join(strings.Fields(strings.Join([]string{prefix, given, middle, family, suffix}, " ")), " ")
	}
	b.text("FN", name)
	b.structured("N", "", family, given, middle, prefix, suffix)
	b.text("NICKNAME", r.first("nickname"))
	b.structured("ORG", "", strings.TrimRight(strings.Join([]string{
		r.first("organization name", "organization 1 - name", "company"), r.first("organization department",
			"organization 1 - department", "department"),
	}, "\x00"), "\x00"))
	b.text("TITLE", r.first("organization title", "organization 1 - title", "job title"))
	r.google(b)
	r.outlook(b)
	if day := birthday(r.first("birthday")); day != "" {
		b.text("BDAY", day)
	}
	if day := birthday(r.first("anniversary")); day != "" {
		b.text("ANNIVERSARY", day)
	}
	b.text("NOTE", r.first("notes"))
	r.tags(b)
	for i := range b.card.Properties { // the department of an organisation is a part of it
		if p := &b.card.Properties[i]; p.Name == "ORG" {
			p.Value = strings.ReplaceAll(p.Value, "\x00", ";")
		}
	}
	return b.done()
}

// maxColumns is how many columns of one kind are looked for.
const maxColumns = 50

// google reads the columns that have numbers.
func (r row) google(b *builder) {
	each := func(kind string, do func(label string, get func(string) string)) {
		for i := 1; i <= maxColumns; i++ {
			at := kind + " " + strconv.Itoa(i) + " - "
			do(r.first(at+"label", at+"type"), func(part string) string { return r[at+part] })
		}
	}
	list := func(kind, property string) {
		each(kind, func(label string, get func(string) string) {
			for value := range strings.SplitSeq(get("value"), several) {
				b.typed(property, label, value)
			}
		})
	}
	list("e-mail", "EMAIL")
	list("phone", "TEL")
	list("website", "URL")
	each("im", func(label string, get func(string) string) {
		for value := range strings.SplitSeq(get("value"), several) {
			if value = strings.TrimSpace(value); value != "" {
				p := vcf.Property{Name: "IMPP", Value: vcf.Escape(value)}
				if service := strings.TrimSpace(get("service")); service != "" {
					label = service
				}
				if label != "" {
					p.SetParam("X-SERVICE-TYPE", label)
				}
				b.card.Properties = append(b.card.Properties, p)
			}
		}
	})
	each("address", func(label string, get func(string) string) {
		street := get("street")
		if street+get("city")+get("postal code") == "" {
			street = get("formatted")
		}
		b.structured("ADR", label, get("po box"), get("extended address"), street, get("city"), get("region"),
			get("postal code"), get("country"))
	})
	each("event", func(label string, get func(string) string) {
		if day := birthday(get("value")); day != "" {
			b.typed("X-ABDATE", label, day)
		}
	})
	each("relation", func(label string, get func(string) string) { b.typed("X-ABRELATEDNAMES", label, get("value")) })
	each("custom field", func(label string, get func(string) string) { b.typed("X-CUSTOM", label, get("value")) })
}

// outlook reads the columns that have the kind in their names.
func (r row) outlook(b *builder) {
	for _, column := range []string{"e-mail address", "e-mail 2 address", "e-mail 3 address"} {
		b.typed("EMAIL", "", r[column])
	}
	for _, column := range [][2]string{
		{"mobile phone", "mobile"},
		{"home phone", "home"},
		{"home phone 2", "home"},
		{
			"business phone",
			"work",
		},
		{"business phone 2", "work"},
		{"primary phone", "main"},
		{"other phone", ""},
		{"home fax", "home fax"},
		{"business fax", "work fax"},
		{
			"pager",
			"pager",
		},
		{"car phone", "car"},
		{"company main phone", "main"},
		{"assistant's phone", "assistant"},
	} {
		b.typed("TEL", column[1], r[column[0]])
	}
	for _, kind := range [][2]string{{"home", "home"}, {"business", "work"}, {"other", ""}} {
		at := kind[0] + " "
		street := strings.Join(strings.Fields(strings.Join([]string{r[at+"street"], r[at+"street 2"], r[at+"street 3"]},
			" ")), " ")
		b.structured("ADR", kind[1], r.first(at+"address po box"), "", street, r[at+"city"], r[at+"state"],
			r[at+"postal code"],
			r.first(at+"country/region", at+"country"))
	}
	b.typed("URL", "", r.first("web page", "personal web page"))
	b.typed("X-ABRELATEDNAMES", "spouse", r["spouse"])
}

// tags reads Google's labels, except those of its own system, and Outlook's categories.
func (r row) tags(b *builder) {
	var tags []string
	for label := range strings.SplitSeq(r.first("labels", "group membership"), several) {
		if label = strings.TrimSpace(label); label != "" && !strings.HasPrefix(label, "*") {
			tags = append(tags, vcf.Escape(label))
		}
	}
	for category := range strings.SplitSeq(r["categories"], ";") {
		if category = strings.TrimSpace(category); category != "" {
			tags = append(tags, vcf.Escape(category))
		}
	}
	if len(tags) > 0 {
		b.card.Properties = append(b.card.Properties, vcf.Property{Name: "CATEGORIES", Value: strings.Join(tags, ",")})
	}
}

var american = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{2,4})$`)

// birthday reads a day as Google (1990-05-04, --05-04) and Outlook (5/4/1990; 0/0/00 is none) write it. Any other text
// stays as it is.
func birthday(text string) string {
	text = strings.TrimSpace(text)
	m := american.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	month, _ := strconv.Atoi(m[1]) // digits
	day, _ := strconv.Atoi(m[2])
	year, _ := strconv.Atoi(m[3])
	switch {
	case month == 0 && day == 0:
		return ""
	case year == 0:
		return fmt.Sprintf("--%02d-%02d", month, day)
	case len(m[3]) < 4:
		return text // of an unknown century
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}
