package dav

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Namespaces, and the prefixes for them in answers.
const (
	nsDAV    = "DAV:"
	nsCard   = "urn:ietf:params:xml:ns:carddav"
	nsServer = "http://calendarserver.org/ns/"

	namespaces = ` xmlns:d="DAV:" xmlns:card="` + nsCard + `" xmlns:cs="` + nsServer + `"`
)

// A body is an XML answer that is being written.
type body struct{ *bufio.Writer }

func newBody(w io.Writer) body {
	b := body{bufio.NewWriterSize(w, 32<<10)}
	b.text(xml.Header)
	return b
}

func (b body) text(s string) { _, _ = b.WriteString(s) } // a bufio.Writer keeps its error

func (b body) escaped(s string) { _ = xml.EscapeText(b, []byte(s)) }

// element returns an element that contains a text.
func element(name, text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder never fails
	return "<" + name + ">" + b.String() + "</" + name + ">"
}

// multistatus begins a multistatus answer.
func multistatus(w http.ResponseWriter) body {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(http.StatusMultiStatus)
	b := newBody(w)
	b.text("<d:multistatus" + namespaces + ">\n")
	return b
}

func (b body) end() error {
	b.text("</d:multistatus>\n")
	return b.Flush()
}

// status writes only the status of a resource.
func (b body) status(href, status string) {
	b.text("<d:response>" + element("d:href", href) + "<d:status>HTTP/1.1 " + status + "</d:status></d:response>\n")
}

// properties writes which properties of a resource were found, and which are missing.
func (b body) properties(href string, found, missing []string) {
	b.text("<d:response>" + element("d:href", href))
	if len(found) > 0 || len(missing) == 0 {
		b.text("<d:propstat><d:prop>" + strings.Join(found, "") + "</d:prop><d:status>HTTP/1.1 200 " +
			"OK</d:status></d:propstat>")
	}
	if len(missing) > 0 {
		b.text("<d:propstat><d:prop>" + strings.Join(missing, "") +
			"</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>")
	}
	b.text("</d:response>\n")
}

// A node is an element of a request.
type node struct {
	xml.Name
	attr     []xml.Attr
	children []*node
	text     string
}

// Limits for an XML request: a client that asks for 10,000 cards by name stays far below them.
const (
	maxXML   = 8 << 20
	maxDepth = 32
	maxNodes = 200_000
)

// readXML reads the body of a request, or returns nil if it is empty. A body that declares entities or is not XML is
// refused.
func readXML(w http.ResponseWriter, r *http.Request) (*node, error) {
	d := xml.NewDecoder(http.MaxBytesReader(w, r.Body, maxXML))
	top := &node{}
	open := []*node{top}
	for count := 0; ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, err
		}
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "", "the body is not well-formed XML")
		}
		last := open[len(open)-1]
		switch token := token.(type) {
		case xml.Directive:
			return nil, refuse(http.StatusBadRequest, "", "the body has a document type, which is not allowed")
		case xml.StartElement:
			count++
			if slices.ContainsFunc(token.Attr, func(a xml.Attr) bool { return a.Name.Space == "xmlns" && a.Value == "" }) {
				return nil, refuse(http.StatusBadRequest, "", "the body declares a prefix without a namespace")
			}
			if len(open) > maxDepth || count > maxNodes || len(token.Attr) > maxDepth {
				return nil, refuse(http.StatusBadRequest, "", "the body is too deep or too long")
			}
			child := &node{Name: token.Name, attr: token.Copy().Attr}
			last.children = append(last.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			last.text += string(token)
		}
	}
	if len(top.children) == 0 {
		if strings.TrimSpace(top.text) != "" {
			return nil, refuse(http.StatusBadRequest, "", "the body is not XML")
		}
		return nil, nil
	}
	return top.children[0], nil
}

// child returns the first child with a name, or nil if there is none.
func (n *node) child(space, local string) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.Space == space && c.Local == local {
			return c
		}
	}
	return nil
}

// attribute returns the value of an attribute, or otherwise if it is missing.
func (n *node) attribute(name, otherwise string) string {
	for _, a := range n.attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return otherwise
}

// empty returns the empty element with a name, as it appears in an answer.
func empty(name xml.Name) string {
	prefix := map[string]string{nsDAV: "d", nsCard: "card", nsServer: "cs"}[name.Space]
	switch {
	case prefix != "":
		return "<" + prefix + ":" + name.Local + "/>"
	case name.Space == "":
		return "<" + name.Local + ` xmlns=""/>`
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(name.Space)) // a builder never fails
	return "<x:" + name.Local + ` xmlns:x="` + b.String() + `"/>`
}
