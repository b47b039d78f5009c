// Package page writes the reports of a school, in English or Ukrainian: as one HTML page with SVG charts inside, which
// needs neither JavaScript nor another file and prints well, or as PDF.
package page

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var source string

// WriteHTML writes a document as an HTML page.
func (d *Document) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Parse(source)
	if err != nil {
		return err
	}
	return t.Execute(w, map[string]any{"Document": d, "Report": d.Language.words().report})
}
