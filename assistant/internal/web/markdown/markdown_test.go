package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant/internal/web/markdown"
)

func TestHTML(t *testing.T) {
	r := markdown.New()
	for text, want := range map[string]string{
		"**важливо**":   "<p><strong>важливо</strong></p>",
		"# Один":        "<h2>Один</h2>",
		"рядок\nдругий": "<p>рядок<br>\nдругий</p>",
		"див. [[Марта Горда]]": `<a href="/book/link?name=%D0%9C%D0%B0%D1%80%D1%82%D0%B0+%D0%93%D0%BE%D1%80%D0%B4%D0%B0"` +
			` rel="noreferrer">Марта Горда</a>`,
		"[x](javascript:alert)": "<p>x</p>",
	} {
		if got := string(r.HTML("/book", text)); !strings.Contains(got, want) {
			t.Errorf("%q: %s", text, got)
		}
	}
}

// Nothing that a text holds becomes a script, a frame, a form or an attribute that runs.
func TestHostile(t *testing.T) {
	r := markdown.New()
	for _, text := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<iframe src=//x></iframe>", "[a](data:text/html,x)",
		"[[<script>alert(1)</script>]]", "[[\"onmouseover=alert(1) ]]", "<form action=//x><input>",
		"<svg onload=alert(1)>", "![x](https://example.com/p.png)", "<a href='javascript:alert(1)'>x</a>",
		"<style>*{}</style>", "[x](vbscript:x)", "<p style='x'>", "[[a](javascript:alert(1))]]",
	} {
		got := strings.ToLower(string(r.HTML("", text)))
		for _, bad := range []string{
			"<script", "<img", "<iframe", "<form", "<input", "<svg", "<style",
			"href=\"javascript", "href=\"data", "href=\"vbscript",
			" onerror", " onload", " onmouseover=\"", " style=",
		} {
			if strings.Contains(got, bad) {
				t.Errorf("%q: %s", text, got)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	if got := markdown.Links("[[a]] [[ б в ]] [[a]] [[]] [[x\ny]]"); !slices.Equal(got, []string{"a", "б в"}) {
		t.Error(got)
	}
}
