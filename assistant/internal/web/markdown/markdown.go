// Package markdown turns the text of a note into HTML: goldmark renders it, and bluemonday lets only harmless markup
// through. [[NAME]] in the text is a link to the note or contact with that name.
package markdown

import (
	"bytes"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// A Renderer renders notes. It is safe for concurrent use; New makes one.
type Renderer struct {
	read   goldmark.Markdown
	policy *bluemonday.Policy
}

// New returns a renderer.
func New() *Renderer {
	policy := bluemonday.NewPolicy()
	policy.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code",
		"em", "strong", "del", "table", "thead", "tbody", "tr", "th", "td")
	policy.AllowAttrs("href").OnElements("a")
	policy.AllowURLSchemes("http", "https", "mailto", "tel")
	policy.AllowRelativeURLs(true)
	policy.RequireNoReferrerOnLinks(true)
	return &Renderer{
		policy: policy,
		read: goldmark.New(
			goldmark.WithExtensions(extension.Strikethrough, extension.Table, extension.Linkify),
			goldmark.WithRendererOptions(html.WithHardWraps()),
		),
	}
}

// link matches [[NAME]].
var link = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[\[([^\[\]\n]{1,200})\]\]`) })

// heading matches a first-level heading, of which a page already has one.
var heading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(</?)h1>`) })

// HTML renders a text, in which the links to names begin with base.
func (r *Renderer) HTML(base, text string) template.HTML {
	text = link().ReplaceAllStringFunc(text, func(found string) string {
		name := strings.TrimSpace(found[2 : len(found)-2])
		escape := strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`)
		return "[" + escape.Replace(name) + "](" + base + "/link?name=" + url.QueryEscape(name) + ")"
	})
	var b bytes.Buffer
	if err := r.read.Convert([]byte(text), &b); err != nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>")
	}
	return template.HTML(r.policy.SanitizeBytes(heading().ReplaceAll(b.Bytes(), []byte("${1}h2>"))))
}

// Links returns the names that a text links to, without repetitions.
func Links(text string) []string {
	var names []string
	for _, found := range link().FindAllStringSubmatch(text, -1) {
		if name := strings.TrimSpace(found[1]); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
