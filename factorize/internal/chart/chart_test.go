package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestChart(t *testing.T) {
	c := Chart{Title: "time & size", X: "bits", Y: "ms", Logarithm: true, Lines: []Line{
		{"ours", []Point{{40, 0.001}, {64, 0.1}, {96, 10}}}, {"<peer>", []Point{{40, 0.01}}},
	}}
	var text, picture strings.Builder
	if err := c.Text(&text); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"time & size (ms against bits)\n",
		"ours          40  █ " + strings.Repeat(" ", 39) + "0.001\n",
		"ours          96  " + strings.Repeat("█", 40) + " 10\n",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("%q lacks %q", text.String(), line)
		}
	}
	single := Chart{Title: "one point", Lines: []Line{{"a", []Point{{1, 1}}}}}
	if err := SVG(&picture, c, single); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(picture.String())); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(picture.String(), "NaN") || strings.Count(picture.String(), "<polyline") != 3 {
		t.Error(picture.String())
	}
}
