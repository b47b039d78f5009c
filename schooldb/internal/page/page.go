// Package page writes the report of a school: one HTML page with charts that are part of it (SVG), which needs neither
// JavaScript nor another file and prints on paper.
package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"unicode/utf8"

	"github.com/pythonweb/goweb/console"
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
		"Title": title, "Summary": summary, "Counts": counts(summary), "Others": others(summary),
		"Charts": []chart{
			means("Mean by subject", summary.Subjects),
			means("Mean by group", summary.Groups),
			means("Mean by month", summary.Months),
			marks(summary.Marks),
		},
	})
}

// counts says how much there is, and of which months.
func counts(summary *schooldb.Summary) string {
	text := plural(int64(summary.Students), "student") + ", " + plural(summary.Mean.Count, "grade")
	if months := summary.Months; len(months) > 0 {
		text += ", mean " + summary.Mean.String() + ", from " + months[0].Name + " to " + months[len(months)-1].Name
	}
	return text
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// others says how many students of a group stand below the best.
func others(summary *schooldb.Summary) string {
	switch n := summary.Students - len(summary.Best); {
	case summary.Group == "" || n == 0:
		return ""
	case len(summary.Best) < schooldb.MaxBest:
		return fmt.Sprintf("%d without grades", n)
	default:
		return fmt.Sprintf("and %d more", n)
	}
}

// chart is a chart of horizontal bars.
type chart struct {
	Title string
	Bars  []bar
	More  int // bars that are not shown, if positive
}

// bar is a bar with its label and value; lengths are in the units of its SVG, which is 720 wide. Each bar is an SVG of its own,
// so that paper ends between two.
type bar struct {
	Label, Value         string
	Length               float64
	LabelX, BarX, ValueX int
}

const (
	gap          = 8  // between a label, its bar and its value
	characterMax = 9  // what a column of a label takes, at most
	labelMax     = 28 // columns
	valueMax     = 80
	most         = 40 // bars of a chart that a person still reads
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
	if c.More = len(values) - most; c.More > 0 {
		labels, values = labels[:most], values[:most]
	}
	greatest, width := 0.0, 0
	for i, v := range values {
		labels[i][0] = shorten(labels[i][0], labelMax)
		greatest, width = max(greatest, v), max(width, console.Width(labels[i][0]))
	}
	barX := gap + characterMax*width
	for i, v := range values {
		length := 0.0
		if greatest > 0 {
			length = float64(720-barX-gap-valueMax) * v / greatest
		}
		c.Bars = append(c.Bars, bar{
			Label: labels[i][0], Value: labels[i][1], Length: length,
			LabelX: barX - gap, BarX: barX, ValueX: barX + int(length) + gap,
		})
	}
	return c
}

// shorten cuts a text to so many columns.
func shorten(text string, most int) string {
	if console.Width(text) <= most {
		return text
	}
	for console.Width(text) >= most {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	return text + "…"
}
