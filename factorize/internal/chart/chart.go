// Package chart draws lines of measured points, as a picture and on a terminal.
package chart

import (
	"fmt"
	"html"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// A Chart is a set of lines over the same axes.
type Chart struct {
	Title     string
	X, Y      string // what the axes mean
	Logarithm bool   // of the values
	Lines     []Line
}

// A Line is the points of one program.
type Line struct {
	Name   string
	Points []Point
}

// A Point is a value at a place.
type Point struct{ X, Y float64 }

// scale maps the values to 0 to 1.
func (c *Chart) scale(y float64) float64 {
	low, high := 0.0, 0.0
	if c.Logarithm {
		low = math.Inf(1)
	}
	for _, l := range c.Lines {
		for _, p := range l.Points {
			low, high = min(low, p.Y), max(high, p.Y)
		}
	}
	if c.Logarithm {
		low, high, y = math.Log(low), math.Log(high), math.Log(y)
	}
	if high <= low {
		return 1
	}
	return (y - low) / (high - low)
}

// barWidth is the longest bar of Text.
const barWidth = 40

// Text draws a bar for each point.
func (c *Chart) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s against %s)\n", c.Title, c.Y, c.X)
	for _, l := range c.Lines {
		for _, p := range l.Points {
			bar := strings.Repeat("█", 1+int(math.Round((barWidth-1)*c.scale(p.Y))))
			fmt.Fprintf(&b, "%-10s %5g  %-*s %.4g\n", l.Name, p.X, barWidth, bar, p.Y)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// The measures of a picture.
const (
	width, height       = 700, 400
	left, right         = 80, 670
	top, bottom         = 50, 340
	legendLine, tickGap = 16, 20
)

// color distinguishes the lines.
func color(i int) string { return [...]string{"#c00", "#06c", "#080", "#777"}[i%4] }

// SVG draws the charts one below the other.
func SVG(w io.Writer, charts ...Chart) error {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n",
		width,
		height*len(charts),
	)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height*len(charts))
	for i := range charts {
		fmt.Fprintf(&b, `<g transform="translate(0 %d)">`+"\n", i*height)
		charts[i].draw(&b)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *Chart) draw(b *strings.Builder) {
	first, last := math.Inf(1), math.Inf(-1)
	marks := map[float64]bool{}
	for _, l := range c.Lines {
		for _, p := range l.Points {
			first, last = min(first, p.X), max(last, p.X)
			marks[p.X] = true
		}
	}
	x := func(v float64) float64 { return left + (right-left)*(v-first)/max(last-first, 1) }
	y := func(v float64) float64 { return bottom - (bottom-top)*c.scale(v) }
	fmt.Fprintf(b, `<text x="%d" y="24" font-size="15">%s</text>`+"\n", left, html.EscapeString(c.Title))
	fmt.Fprintf(b, `<path d="M%d %d V%d H%d" fill="none" stroke="#999"/>`+"\n", left, top, bottom, right)
	for _, v := range slices.Sorted(maps.Keys(marks)) {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%g</text>`+"\n", x(v), bottom+tickGap, v)
	}
	fmt.Fprintf(
		b,
		`<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n",
		(left+right)/2,
		bottom+2*tickGap,
		html.EscapeString(c.X),
	)
	fmt.Fprintf(
		b,
		`<text transform="translate(16 %d) rotate(-90)" text-anchor="middle">%s</text>`+"\n",
		(top+bottom)/2,
		html.EscapeString(c.Y),
	)
	for i, l := range c.Lines {
		var path []string
		for _, p := range l.Points {
			path = append(path, fmt.Sprintf("%.1f %.1f", x(p.X), y(p.Y)))
			fmt.Fprintf(b, `<text x="%.1f" y="%.1f" font-size="9" fill="%s">%.3g</text>`+"\n", x(p.X)+4, y(p.Y)-4, color(i), p.Y)
		}
		fmt.Fprintf(
			b,
			`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n",
			strings.Join(path, " "),
			color(i),
		)
		fmt.Fprintf(
			b,
			`<text x="%d" y="%d" fill="%s">%s</text>`+"\n",
			left+10,
			top+legendLine*(i+1),
			color(i),
			html.EscapeString(l.Name),
		)
	}
}
