package page

import (
	"fmt"
	"io"
	"strings"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// The measures of a page, in points.
const (
	margin   = 42.0
	line     = 15.0
	textSize = 10.0
	regular  = "regular"
	bold     = "bold"
)

// WritePDF writes a document as PDF on A4, in landscape when a table is wide. The fonts are Go's, which have Cyrillic;
// a character that they lack becomes a question mark.
func (d *Document) WritePDF(w io.Writer) error {
	p := &pdf{width: gopdf.PageSizeA4.W, height: gopdf.PageSizeA4.H}
	for _, s := range d.Sections {
		if len(s.Columns) > 7 {
			p.width, p.height = gopdf.PageSizeA4.H, gopdf.PageSizeA4.W
		}
	}
	p.out.Start(gopdf.Config{PageSize: gopdf.Rect{W: p.width, H: p.height}})
	p.out.SetInfo(gopdf.PdfInfo{Title: d.Title, Producer: "schooldb"})
	for name, font := range map[string][]byte{regular: goregular.TTF, bold: gobold.TTF} {
		err := p.out.AddTTFFontDataWithOption(name, font, gopdf.TtfOption{
			UseKerning: true, OnGlyphNotFoundSubstitute: func(rune) rune { return '?' },
		})
		if err != nil {
			return fmt.Errorf("font: %w", err)
		}
	}
	p.page()
	if d.Heading != "" {
		p.paragraph(regular, textSize, d.Heading)
	}
	p.paragraph(bold, 18, d.Title)
	if d.Lead != "" {
		p.paragraph(regular, textSize, d.Lead)
	}
	for i := range d.Sections {
		p.section(&d.Sections[i])
	}
	if p.err != nil {
		return fmt.Errorf("write the PDF: %w", p.err)
	}
	_, err := p.out.WriteTo(w)
	return err
}

// pdf writes from the top to the bottom of pages. It keeps its first error.
type pdf struct {
	out           gopdf.GoPdf
	width, height float64
	y             float64
	err           error
}

func (p *pdf) page() {
	p.out.AddPage()
	p.y = margin
}

// room begins a new page when the height does not fit any more, and reports whether it did.
func (p *pdf) room(height float64) bool {
	if p.y+height <= p.height-margin {
		return false
	}
	p.page()
	return true
}

// text writes one line, cut to a width and aligned right or left within it.
func (p *pdf) text(font string, size, x, width float64, text string, right bool) {
	p.keep(p.out.SetFont(font, "", size))
	p.out.SetTextColor(0x1c, 0x27, 0x33)
	shown, measured := p.fit(text, width)
	if right {
		x += width - measured
	}
	p.out.SetXY(x, p.y)
	p.keep(p.out.Cell(nil, shown))
}

// fit cuts a text to a width.
func (p *pdf) fit(text string, width float64) (string, float64) {
	runes := []rune(text)
	for n := len(runes); ; n-- {
		shown := string(runes[:n])
		if n < len(runes) {
			shown += "…"
		}
		measured, err := p.out.MeasureTextWidth(shown)
		p.keep(err)
		if measured <= width || n == 0 || err != nil {
			return shown, measured
		}
	}
}

func (p *pdf) keep(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *pdf) paragraph(font string, size float64, text string) {
	p.room(1.5 * size)
	p.text(font, size, margin, p.width-2*margin, text, false)
	p.y += 1.5 * size
}

func (p *pdf) section(s *section) {
	height := line * float64(min(max(len(s.Rows), len(s.Bars)), 20)+3)
	p.y += line
	p.room(height)
	if s.Title != "" {
		p.paragraph(bold, 12, s.Title)
	}
	if len(s.Bars) > 0 {
		p.bars(s.Bars)
	} else {
		p.table(s)
	}
	if s.Note != "" {
		p.paragraph(regular, textSize-1, s.Note)
	}
}

// bars draws a chart.
func (p *pdf) bars(bars []bar) {
	const label, value = 150.0, 50.0
	whole := p.width - 2*margin - label - value - 2*gap
	for _, b := range bars {
		p.room(line)
		p.text(regular, textSize, margin, label, b.Whole, true)
		p.out.SetFillColor(0x2f, 0x6f, 0xab)
		p.out.RectFromUpperLeftWithStyle(margin+label+gap, p.y-1, max(whole*b.share, 0.5), line-4, "F")
		p.text(regular, textSize, margin+label+2*gap+whole*b.share, value, b.Value, false)
		p.y += line
	}
}

// table draws a table; its header comes again on every page.
func (p *pdf) table(s *section) {
	widths := p.widths(s)
	size := textSize
	if len(s.Columns) > 10 {
		size = textSize - 2
	}
	row := func(font string, cells []string) {
		x := p.cells(font, size, widths, cells, s.Wide)
		p.y += line
		p.out.SetStrokeColor(0xd5, 0xdd, 0xe5)
		p.out.Line(margin, p.y-4, x, p.y-4)
	}
	header := p.wrap(s.Columns, widths, size)
	for _, cells := range header[:len(header)-1] {
		p.cells(bold, size, widths, cells, s.Wide)
		p.y += line - 3
	}
	row(bold, header[len(header)-1])
	for _, cells := range s.Rows {
		if p.room(line) {
			row(bold, s.Columns)
		}
		row(regular, cells)
	}
}

// cells writes the cells of a line of a table and returns where they end.
func (p *pdf) cells(font string, size float64, widths []float64, cells []string, wide bool) float64 {
	x := margin
	for i, cell := range cells {
		p.text(font, size, x, widths[i]-4, cell, i > 0 && (i > 1 || !wide))
		x += widths[i]
	}
	return x
}

// wrap breaks the words of a table's header into lines, the last of which is filled.
func (p *pdf) wrap(columns []string, widths []float64, size float64) [][]string {
	p.keep(p.out.SetFont(bold, "", size))
	broken := make([][]string, len(columns))
	most := 1
	for i, column := range columns {
		for _, word := range strings.Fields(column) {
			last := len(broken[i]) - 1
			if last >= 0 {
				together := broken[i][last] + " " + word
				if measured, err := p.out.MeasureTextWidth(together); err == nil && measured <= widths[i]-4 {
					broken[i][last] = together
					continue
				}
			}
			broken[i] = append(broken[i], word)
		}
		most = max(most, len(broken[i]))
	}
	lines := make([][]string, most)
	for n := range lines {
		lines[n] = make([]string, len(columns))
		for i, texts := range broken {
			if at := n - most + len(texts); at >= 0 {
				lines[n][i] = texts[at]
			}
		}
	}
	return lines
}

// widths divides the width of the page between the columns: names get most.
func (p *pdf) widths(s *section) []float64 {
	whole := p.width - 2*margin
	shares := make([]float64, len(s.Columns))
	total := 0.0
	for i := range shares {
		switch {
		case i == 0:
			shares[i] = 3
		case i == 1 && s.Wide:
			shares[i] = 2.5
		default:
			shares[i] = 1
		}
		total += shares[i]
	}
	if len(shares) == 2 {
		whole = min(whole, 300)
	}
	for i := range shares {
		shares[i] *= whole / total
	}
	return shares
}
