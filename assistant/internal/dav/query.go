package dav

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/cases"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// query answers with the cards that match a filter: RFC 6352, section 8.6.
func (s *server) query(w http.ResponseWriter, r *http.Request, t target, request *node) error {
	wanted := readWish(request)
	test, err := readFilter(request.child(nsCard, "filter"))
	if err != nil {
		return err
	}
	limit := -1
	if n := request.child(nsCard, "limit").child(nsCard, "nresults"); n != nil {
		if limit, err = strconv.Atoi(strings.TrimSpace(n.text)); err != nil || limit < 1 {
			return refuse(http.StatusBadRequest, "", "the limit is not a number from 1 up")
		}
	}
	some := someOf(request)
	b := multistatus(w)
	common, found := s.common(), 0
	for after := t.name; ; {
		page, err := s.book.Store.Cards(r.Context(), after, perData)
		if t.place == atCard {
			page, err = s.book.Store.CardsNamed(r.Context(), t.name)
		}
		if err != nil {
			return cut(err)
		}
		list, err := s.readAll(r.Context(), page)
		if err != nil {
			return cut(err)
		}
		for _, c := range list {
			parsed, err := vcf.Parse(c.contact.VCard())
			if err != nil || !test(parsed) {
				continue
			}
			if found++; limit >= 0 && found > limit {
				b.text("<d:response>" + element("d:href", s.href(atBook, t.book)) +
					"<d:status>HTTP/1.1 507 Insufficient Storage</d:status>" +
					"<d:error><d:number-of-matches-within-limits/></d:error></d:response>\n")
				return b.end()
			}
			p := s.withData(c.Card, c.contact, common, wanted)
			if wanted.data && len(some) > 0 {
				p[card("address-data")] = element("card:address-data", partial(parsed, some))
			}
			b.put(s.href(atCard, t.book, c.Resource), p, wanted)
		}
		if len(page) < perData || t.place == atCard {
			return b.end()
		}
		after = page[len(page)-1].Resource
	}
}

// someOf returns the names of the properties that the cards in an answer should have, or nil for all.
func someOf(request *node) []string {
	data := request.child(nsDAV, "prop").child(nsCard, "address-data")
	var names []string
	if data == nil || data.child(nsCard, "allprop") != nil {
		return nil
	}
	for _, c := range data.children {
		if c.Name == card("prop") {
			names = append(names, strings.ToUpper(c.attribute("name", "")))
		}
	}
	return names
}

// partial returns a card with only some of its properties.
func partial(c *vcf.Card, names []string) string {
	c.Properties = slices.DeleteFunc(c.Properties, func(p vcf.Property) bool { return !slices.Contains(names, p.Name) })
	return string(c.Encode())
}

// A test reports whether a card, or a property of it, matches.
type (
	test         func(*vcf.Card) bool
	propertyTest func(*vcf.Property) bool
)

func readFilter(filter *node) (test, error) {
	if filter == nil {
		return nil, refuse(http.StatusBadRequest, "", "the query has no filter")
	}
	var tests []test
	for _, n := range filter.children {
		if n.Name != card("prop-filter") {
			return nil, unsupported(n)
		}
		one, err := readPropertyFilter(n)
		if err != nil {
			return nil, err
		}
		tests = append(tests, one)
	}
	if len(tests) == 0 {
		return func(*vcf.Card) bool { return true }, nil
	}
	all := filter.attribute("test", "anyof") == "allof"
	return func(c *vcf.Card) bool {
		passes := func(one test) bool { return one(c) }
		return all && !slices.ContainsFunc(tests, func(one test) bool { return !one(c) }) ||
			!all && slices.ContainsFunc(tests, passes)
	}, nil
}

func unsupported(n *node) error {
	return refuse(http.StatusForbidden, "<card:supported-filter>"+empty(n.Name)+"</card:supported-filter>",
		fmt.Sprintf("the server does not know the filter %s", n.Local))
}

// readPropertyFilter parses the conditions of a filter on the properties with one name. A name without a group matches
// any group.
func readPropertyFilter(n *node) (test, error) {
	name := strings.ToUpper(n.attribute("name", ""))
	group, local, hasGroup := strings.Cut(name, ".")
	if !hasGroup {
		group, local = "", name
	}
	named := func(p *vcf.Property) bool {
		return p.Name == local && (!hasGroup || strings.EqualFold(p.Group, group))
	}
	any := func(c *vcf.Card, good propertyTest) bool {
		for i := range c.Properties {
			if p := &c.Properties[i]; named(p) && good(p) {
				return true
			}
		}
		return false
	}
	if n.child(nsCard, "is-not-defined") != nil {
		return func(c *vcf.Card) bool { return !any(c, func(*vcf.Property) bool { return true }) }, nil
	}
	var tests []propertyTest
	for _, c := range n.children {
		var one propertyTest
		var err error
		switch c.Name {
		case card("text-match"):
			var match func(string) bool
			match, err = readMatch(c)
			one = func(p *vcf.Property) bool { return match(p.Text()) }
		case card("param-filter"):
			one, err = readParamFilter(c)
		default:
			err = unsupported(c)
		}
		if err != nil {
			return nil, err
		}
		tests = append(tests, one)
	}
	all := n.attribute("test", "anyof") == "allof"
	return func(c *vcf.Card) bool {
		return any(c, func(p *vcf.Property) bool {
			fails := func(one propertyTest) bool { return !one(p) }
			passes := func(one propertyTest) bool { return one(p) }
			return len(tests) == 0 || all && !slices.ContainsFunc(tests, fails) || !all && slices.ContainsFunc(tests, passes)
		})
	}, nil
}

func readParamFilter(n *node) (propertyTest, error) {
	name := strings.ToUpper(n.attribute("name", ""))
	values := func(p *vcf.Property) []string {
		var list []string
		for _, param := range p.Params {
			if param.Name == name {
				list = append(list, param.Values...)
			}
		}
		return list
	}
	if n.child(nsCard, "is-not-defined") != nil {
		return func(p *vcf.Property) bool { return len(values(p)) == 0 }, nil
	}
	match := func(string) bool { return true }
	if text := n.child(nsCard, "text-match"); text != nil {
		var err error
		if match, err = readMatch(text); err != nil {
			return nil, err
		}
	}
	return func(p *vcf.Property) bool { return slices.ContainsFunc(values(p), match) }, nil
}

// readMatch parses a text-match. Collations: RFC 4790 and RFC 5051; the Unicode one folds case as Unicode does.
func readMatch(n *node) (func(string) bool, error) {
	fold := cases.Fold().String
	switch n.attribute("collation", "i;unicode-casemap") {
	case "i;unicode-casemap", "default", "":
	case "i;octet":
		fold = func(s string) string { return s }
	case "i;ascii-casemap":
		fold = asciiFold
	default:
		return nil, refuse(http.StatusForbidden, "<card:supported-collation/>", "the server does not know this collation")
	}
	compare := strings.Contains
	switch n.attribute("match-type", "contains") {
	case "contains", "":
	case "equals":
		compare = func(s, text string) bool { return s == text }
	case "starts-with":
		compare = strings.HasPrefix
	case "ends-with":
		compare = strings.HasSuffix
	default:
		return nil, unsupported(n)
	}
	text, negate := fold(n.text), n.attribute("negate-condition", "no") == "yes"
	return func(s string) bool { return compare(fold(s), text) != negate }, nil
}

func asciiFold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
