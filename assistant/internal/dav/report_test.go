package dav_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// spaces declares the namespaces as clients do, with other prefixes than those of the answers.
const spaces = `xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"`

func TestMultigetAndQuery(t *testing.T) {
	s := memory(t)
	s.want(201, s.ask("PUT", booksPath+"a.vcf", cardOf("a", "Олена Їжак", "EMAIL;TYPE=home:olena@example.com")))
	s.want(201, s.ask("PUT", booksPath+"b.vcf", cardOf("b", "Тарас")))
	r := s.want(207, s.ask("REPORT", booksPath, `<C:addressbook-multiget `+spaces+`>
		<D:prop><D:getetag/><C:address-data/></D:prop>
		<D:href>`+booksPath+`a.vcf</D:href><D:href>`+s.url+booksPath+`none.vcf</D:href>
		<D:href>/dav/books/taras/contacts/a.vcf</D:href></C:addressbook-multiget>`))
	if !strings.Contains(r.text, "FN:Олена Їжак&#xD;&#xA;") || strings.Count(r.text, "404 Not Found") != 2 {
		t.Error(r.text)
	}
	for filter, want := range map[string][]string{
		`<C:prop-filter name="FN"><C:text-match collation="i;unicode-casemap">їЖАК</C:text-match>` +
			`</C:prop-filter>`: {"a.vcf"},
		`<C:prop-filter name="FN"><C:text-match collation="i;octet">їЖАК</C:text-match>` +
			`</C:prop-filter>`: nil,
		`<C:prop-filter name="FN"><C:text-match match-type="starts-with" negate-condition="yes">олена</C:text-match>` +
			`</C:prop-filter>`: {"b.vcf"},
		`<C:prop-filter name="EMAIL"><C:is-not-defined/>` +
			`</C:prop-filter>`: {"b.vcf"},
		`<C:prop-filter name="EMAIL"><C:param-filter name="TYPE"><C:text-match match-type="equals">HOME</C:text-match>` +
			`</C:param-filter></C:prop-filter>`: {"a.vcf"},
		``: {"a.vcf", "b.vcf"},
	} {
		r := s.want(207, s.ask("REPORT", booksPath, `<C:addressbook-query `+spaces+`>
			<D:prop><C:address-data><C:prop name="FN"/></C:address-data></D:prop>
			<C:filter>`+filter+`</C:filter></C:addressbook-query>`))
		var names []string
		for _, match := range hrefs.FindAllStringSubmatch(r.text, -1) {
			names = append(names, strings.TrimPrefix(match[1], booksPath))
		}
		if diff := cmp.Diff(want, names); diff != "" || strings.Contains(r.text, "UID") {
			t.Errorf("%s: %s %s", filter, diff, r.text)
		}
	}
	r = s.want(403, s.ask("REPORT", booksPath, `<C:addressbook-query `+spaces+`><C:filter><C:prop-filter name="FN">
		<C:text-match collation="x">a</C:text-match></C:prop-filter></C:filter></C:addressbook-query>`))
	if !strings.Contains(r.text, "supported-collation") {
		t.Error(r.text)
	}
}

// Who asks for version 4.0 gets it, from a report as from GET; everybody else gets the bytes that were put.
func TestModernCards(t *testing.T) {
	s := memory(t)
	s.want(201, s.ask("PUT", booksPath+"a.vcf", cardOf("a", "Олена", "TEL;TYPE=CELL,PREF:1",
		"BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-04")))
	r := s.want(200, s.ask("GET", booksPath+"a.vcf", "", "Accept", "text/vcard; version=4.0"))
	want := "VERSION:4.0\r\nUID:a\r\nFN:Олена\r\nN:Олена;;;;\r\nTEL;TYPE=cell;PREF=1:1\r\nBDAY:--0504\r\n"
	if !strings.Contains(r.text, want) {
		t.Error(r.text)
	}
	r = s.want(207, s.ask("REPORT", booksPath, `<C:addressbook-multiget `+spaces+`>
		<D:prop><C:address-data content-type="text/vcard" version="4.0"/></D:prop>
		<D:href>`+booksPath+`a.vcf</D:href></C:addressbook-multiget>`))
	if !strings.Contains(r.text, "BDAY:--0504") {
		t.Error(r.text)
	}
}
