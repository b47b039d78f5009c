package exchange

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// ldif reads LDIF (RFC 2849) with the attributes of Mozilla's address book and of inetOrgPerson.
func ldif(text string, yield func(*vcf.Card, error) bool) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	start := 1
	for entry := range strings.SplitSeq(text, "\n\n") {
		line := start + len(entry) - len(strings.TrimLeft(entry, "\n"))
		start += strings.Count(entry, "\n") + 2
		attributes, err := readEntry(entry)
		switch {
		case err != nil:
			if !yield(nil, &vcf.SyntaxError{Line: line, Problem: err.Error()}) {
				return
			}
			continue
		case len(attributes["dn"]) == 0 || isGroup(attributes["objectclass"]):
			continue
		}
		if !yield(attributes.card(line), nil) {
			return
		}
	}
}

// attributes are those of an entry, by their names in lower case.
type attributes map[string][]string

func readEntry(entry string) (attributes, error) {
	list := make(attributes)
	for line := range strings.SplitSeq(strings.ReplaceAll(entry, "\n ", ""), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, fmt.Errorf("the line %.40q is not an attribute", line)
		}
		if encoded, isBase64 := strings.CutPrefix(value, ":"); isBase64 {
			b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
			if err != nil {
				return nil, fmt.Errorf("the attribute %.40q is not base64", name)
			}
			value = vcf.Decode(b)
		}
		name, _, _ = strings.Cut(strings.ToLower(name), ";") // without a language
		list[name] = append(list[name], strings.TrimSpace(value))
	}
	return list, nil
}

func isGroup(classes []string) bool {
	for _, class := range classes {
		if strings.EqualFold(class, "groupOfNames") {
			return true
		}
	}
	return false
}

func (a attributes) first(names ...string) string {
	for _, name := range names {
		if len(a[name]) > 0 && a[name][0] != "" {
			return a[name][0]
		}
	}
	return ""
}

func (a attributes) card(line int) *vcf.Card {
	b := newBuilder(line)
	b.text("FN", a.first("cn", "commonname", "displayname"))
	b.structured("N", "", a.first("sn", "surname"), a.first("givenname"), "", "", "")
	b.text("NICKNAME", a.first("mozillanickname", "xmozillanickname"))
	b.text("ORG", a.first("o", "company"))
	b.text("TITLE", a.first("title"))
	for _, name := range []string{"mail", "mozillasecondemail", "xmozillasecondemail"} {
		for _, value := range a[name] {
			b.typed("EMAIL", "", value)
		}
	}
	for _, phone := range [][2]string{
		{"mobile", "mobile"},
		{"cellphone", "mobile"},
		{"homephone", "home"},
		{
			"telephonenumber",
			"work",
		},
		{"facsimiletelephonenumber", "fax"},
		{"fax", "fax"},
		{"pager", "pager"},
		{"pagerphone", "pager"},
	} {
		for _, value := range a[phone[0]] {
			b.typed("TEL", phone[1], value)
		}
	}
	b.structured("ADR", "work", a.first("postofficebox"), a.first("mozillaworkstreet2"), a.first("street",
		"streetaddress"), a.first("l", "locality"),
		a.first("st", "region"), a.first("postalcode"), a.first("c", "countryname"))
	b.structured("ADR", "home", "", a.first("mozillahomestreet2"), a.first("mozillahomestreet"),
		a.first("mozillahomelocalityname"),
		a.first("mozillahomestate"), a.first("mozillahomepostalcode"), a.first("mozillahomecountryname"))
	b.typed("URL", "home", a.first("mozillahomeurl", "homeurl"))
	b.typed("URL", "work", a.first("mozillaworkurl", "workurl", "labeleduri"))
	b.text("BDAY", a.birthday())
	b.text("NOTE", a.first("description", "notes"))
	return b.done()
}

// birthday returns the birthday, which Mozilla writes as three numbers, of which the year may be missing.
func (a attributes) birthday() string {
	month, monthErr := strconv.Atoi(a.first("birthmonth"))
	day, dayErr := strconv.Atoi(a.first("birthday"))
	if monthErr != nil || dayErr != nil {
		return ""
	}
	if year, err := strconv.Atoi(a.first("birthyear")); err == nil && year > 0 {
		return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
	}
	return fmt.Sprintf("--%02d-%02d", month, day)
}
