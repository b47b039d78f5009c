// Package page writes the report of a school: one HTML page with charts that are part of it (SVG), which needs neither
// JavaScript nor another file and prints on paper.
package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/pythonweb/goweb/schooldb"
)

//go:embed page.html
var source string

// Write writes the page of a summary.
func Write(w io.Writer, summary *schooldb.Summary) error {
	t, err := template.New("page").Parse(source)
	if err != nil {
		return err
	}
	title := "The whole school"
	if summary.Group != "" {
		title = summary.Group
	}
	return t.Execute(w, map[string]any{
		"Title": title, "Summary": summary,
		"Charts": []chart{
			means("Mean by subject", summary.Subjects),
			means("Mean by group", summary.Groups),
			means("Mean by month", summary.Months),
			marks(summary.Marks),
		},
	})
}

// chart is a chart of horizontal bars.
type chart struct {
	Title  string
	Height int
	Bars   []bar
	More   int // bars that are not shown
}

// bar is a bar with its label and value; lengths are in the units of the SVG.
type bar struct {
	Label, Value                   string
	Length                         float64
	Y, TextY, LabelX, BarX, ValueX int
}

const (
	rowHeight = 26
	barX      = 230
	barLength = 420
	most      = 40 // bars of a chart that a person still reads
)

// means is a chart of means, from zero to the greatest.
func means(title string, named []schooldb.NamedMean) chart {
	values := make([]float64, len(named))
	labels := make([][2]string, len(named))
	for i, n := range named {
		values[i], labels[i] = n.Mean.Float(), [2]string{n.Name, n.Mean.String()}
	}
	return newChart(title, labels, values)
}

// marks is a chart of how often each mark was given.
func marks(bars []schooldb.Bar) chart {
	values := make([]float64, len(bars))
	labels := make([][2]string, len(bars))
	for i, b := range bars {
		values[i], labels[i] = float64(b.Count), [2]string{fmt.Sprint(b.Mark), fmt.Sprint(b.Count)}
	}
	return newChart("How often each mark was given", labels, values)
}

func newChart(title string, labels [][2]string, values []float64) chart {
	c := chart{Title: title}
	greatest := 0.0
	for _, v := range values {
		greatest = max(greatest, v)
	}
	for i, v := range values {
		if i == most {
			c.More = len(values) - most
			break
		}
		length := 0.0
		if greatest > 0 {
			length = barLength * v / greatest
		}
		c.Bars = append(c.Bars, bar{
			Label: shorten(labels[i][0], 28), Value: labels[i][1], Length: length,
			Y: i*rowHeight + 3, TextY: i*rowHeight + 18, LabelX: barX - 8, BarX: barX, ValueX: barX + int(length) + 6,
		})
	}
	c.Height = len(c.Bars) * rowHeight
	return c
}

// shorten cuts a text to so many characters.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
