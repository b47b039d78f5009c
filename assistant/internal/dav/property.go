package dav

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"

	"github.com/pythonweb/goweb/assistant"
)

// A wish says which properties a request wants.
type wish struct {
	names []xml.Name
	all   bool // the ones sent by default; names are wanted in addition
	only  bool // only the names of properties
	data  bool // the cards themselves

	modern bool // in version 4.0
}

// readWish parses the part of a request that says which properties are wanted. If it is missing, all are.
func readWish(n *node) wish {
	var w wish
	switch prop := n.child(nsDAV, "prop"); {
	case n == nil || n.child(nsDAV, "allprop") != nil:
		w.all = true
		if prop = n.child(nsDAV, "include"); prop == nil {
			return w
		}
		fallthrough
	case prop != nil:
		for _, c := range prop.children {
			w.names = append(w.names, c.Name)
			if c.Name == card("address-data") {
				w.data, w.modern = true, c.attribute("version", "") == "4.0"
			}
		}
	case n.child(nsDAV, "propname") != nil:
		w.all, w.only = true, true
	default:
		w.all = true
	}
	return w
}

// properties are the properties of one resource, by name, as elements; "" means an element without content.
type properties map[xml.Name]string

func dav(local string) xml.Name  { return xml.Name{Space: nsDAV, Local: local} }
func card(local string) xml.Name { return xml.Name{Space: nsCard, Local: local} }

// hidden reports whether a property is sent only to clients that ask for it.
func hidden(name xml.Name) bool {
	return name.Space != nsDAV || name.Local == "supported-report-set" || name.Local == "current-user-privilege-set" ||
		name.Local == "sync-token"
}

// put writes those properties of a resource that are wanted.
func (b body) put(href string, have properties, w wish) {
	var found, missing []string
	seen := make(map[xml.Name]bool, len(w.names))
	for _, name := range w.names {
		if seen[name] {
			continue
		}
		seen[name] = true
		if value, ok := have[name]; ok {
			found = append(found, value)
		} else {
			missing = append(missing, empty(name))
		}
	}
	if w.all {
		for name, value := range have {
			switch {
			case seen[name] || hidden(name) && !w.only:
			case w.only:
				found = append(found, empty(name))
			default:
				found = append(found, value)
			}
		}
	}
	b.properties(href, found, missing)
}

// privileges returns what the account may do: everything with a book of its own; with a shared one, what the share
// permits.
func (s *server) privileges() string {
	names := []string{"all", "read", "write", "write-properties", "write-content", "bind", "unbind"}
	switch {
	case s.address.ReadOnly:
		names = []string{"read"}
	case s.address.Shared:
		names = []string{"read", "write-content", "bind", "unbind"}
	}
	text := "<d:current-user-privilege-set>"
	for _, name := range append(names, "read-current-user-privilege-set") {
		text += "<d:privilege><d:" + name + "/></d:privilege>"
	}
	return text + "</d:current-user-privilege-set>"
}

// common returns the properties that every resource has.
func (s *server) common() properties {
	principal := element("d:href", s.href(atPrincipal))
	owner := principal
	if s.address.Shared {
		owner = element("d:href", s.href(atPrincipals)+url.PathEscape(s.address.Owner)+"/")
	}
	return properties{
		dav("current-user-principal"):     "<d:current-user-principal>" + principal + "</d:current-user-principal>",
		dav("owner"):                      "<d:owner>" + owner + "</d:owner>",
		dav("current-user-privilege-set"): s.privileges(),
		dav("principal-collection-set"): "<d:principal-collection-set>" + element("d:href", s.href(atPrincipals)) +
			"</d:principal-collection-set>",
	}
}

// of returns the properties of a collection; for a book that includes its sync token.
func (s *server) of(ctx context.Context, t target) (properties, error) {
	p := s.common()
	p[dav("resourcetype")] = "<d:resourcetype><d:collection/></d:resourcetype>"
	p[dav("supported-report-set")] = reports()
	home := "<card:addressbook-home-set>" + element("d:href", s.href(atHome)) + "</card:addressbook-home-set>"
	switch t.place {
	case atRoot:
		p[card("addressbook-home-set")] = home
	case atPrincipal:
		p[dav("resourcetype")] = "<d:resourcetype><d:collection/><d:principal/></d:resourcetype>"
		p[dav("displayname")] = element("d:displayname", s.user)
		p[dav("principal-URL")] = "<d:principal-URL>" + element("d:href", s.href(atPrincipal)) + "</d:principal-URL>"
		p[dav("alternate-URI-set")] = "<d:alternate-URI-set/>"
		p[dav("group-membership")] = "<d:group-membership/>"
		p[card("addressbook-home-set")] = home
	case atBook:
		token, err := s.book.Store.CardToken(ctx)
		if err != nil {
			return nil, err
		}
		p[dav("resourcetype")] = "<d:resourcetype><d:collection/><card:addressbook/></d:resourcetype>"
		p[dav("displayname")] = element("d:displayname", titleOf(s.address))
		if s.address.Description != "" {
			p[card("addressbook-description")] = element("card:addressbook-description", s.address.Description)
		}
		p[dav("sync-token")] = element("d:sync-token", tokenPrefix+token)
		p[xml.Name{Space: nsServer, Local: "getctag"}] = element("cs:getctag", token)
		p[card("max-resource-size")] = element("card:max-resource-size", maxCardText)
		p[card("supported-address-data")] = `<card:supported-address-data>` +
			`<card:address-data-type content-type="text/vcard" version="3.0"/>` +
			`<card:address-data-type content-type="text/vcard" version="4.0"/></card:supported-address-data>`
		p[card("supported-collation-set")] = "<card:supported-collation-set>" +
			element("card:supported-collation", "i;ascii-casemap") + element("card:supported-collation", "i;octet") +
			element("card:supported-collation", "i;unicode-casemap") + "</card:supported-collation-set>"
	}
	return p, nil
}

func reports() string {
	text := "<d:supported-report-set>"
	for _, name := range []string{"card:addressbook-multiget", "card:addressbook-query", "d:sync-collection"} {
		text += "<d:supported-report><d:report><" + name + "/></d:report></d:supported-report>"
	}
	return text + "</d:supported-report-set>"
}

// ofCard returns the properties of a card that its entry in the list provides.
func (s *server) ofCard(c assistant.Card, common properties) properties {
	p := properties{
		dav("resourcetype"):   "<d:resourcetype/>",
		dav("getetag"):        element("d:getetag", quoted(c.ETag)),
		dav("getcontenttype"): "<d:getcontenttype>" + contentType + "</d:getcontenttype>",
		dav("getlastmodified"): "<d:getlastmodified>" + c.Changed.UTC().Format(http.TimeFormat) +
			"</d:getlastmodified>",
	}
	for name, value := range common {
		p[name] = value
	}
	return p
}

func quoted(etag string) string { return `"` + etag + `"` }
