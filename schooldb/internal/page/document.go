package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

// Document is a report before it is HTML or PDF: tables and charts of horizontal bars, one below the other.
type Document struct {
	Language Language
	Title    string
	Heading  string // above the title, "" for none
	Lead     string
	Sections []section
}

// section is a table, or a chart.
type section struct {
	Title   string
	Columns []string
	Rows    [][]string // the first cell is a name, the others are numbers or short texts
	Wide    bool       // the second cell is a text
	Bars    []bar
	Note    string
}

// Long reports whether a section may be broken between two pages.
func (s section) Long() bool { return max(len(s.Rows), len(s.Bars)) > 20 }

// bar is a bar with its label and value; lengths are in the units of its SVG, which is 720 wide. Each bar is an SVG
// of its own, so that paper ends between two.
type bar struct {
	Label, Whole, Value  string
	Length               float64
	LabelX, BarX, ValueX int
	share                float64 // of the greatest
}

const (
	gap          = 8  // between a label, its bar and its value
	characterMax = 9  // what a column of a label takes, at most
	labelMax     = 28 // columns
	valueMax     = 80
	most         = 40 // bars of a chart that a person still reads
)

// Summary is the report of a school or a group.
func Summary(l Language, summary *schooldb.Summary) *Document {
	w := l.words()
	d := &Document{Language: l, Title: w.school}
	best := section{Title: w.best, Columns: []string{w.student, w.mean}}
	if summary.Group != "" {
		d.Title, best.Title = summary.Group, w.byMean
	}
	d.Lead = l.counts(int64(summary.Students), summary.Mean.Count, summary.Mean)
	if months := summary.Months; len(months) > 0 {
		d.Lead += fmt.Sprintf(", %s %s %s %s", w.from, months[0].Name, w.until, months[len(months)-1].Name)
	}
	for _, student := range summary.Best {
		best.Rows = append(best.Rows, []string{student.Name, l.number(student.Mean.String())})
	}
	switch n := summary.Students - len(summary.Best); {
	case summary.Group == "" || n == 0:
	case len(summary.Best) < schooldb.MaxBest:
		best.Note = fmt.Sprintf(w.without, n)
	default:
		best.Note = fmt.Sprintf(w.more, n)
	}
	if len(best.Rows) > 0 {
		d.Sections = append(d.Sections, best)
	}
	sortByName(summary.Subjects, func(n schooldb.NamedMean) string { return n.Name })
	sortByName(summary.Groups, func(n schooldb.NamedMean) string { return n.Name })
	for _, chart := range []section{
		means(l, w.bySubject, summary.Subjects), means(l, w.byGroup, summary.Groups), means(l, w.byMonth, summary.Months),
		marks(l, summary.Marks),
	} {
		if len(chart.Bars) > 0 {
			d.Sections = append(d.Sections, chart)
		}
	}
	return d
}

// Record is the report of a student.
func Record(l Language, record *schooldb.StudentRecord, p schooldb.Period) *Document {
	w := l.words()
	d := &Document{Language: l, Heading: w.record, Title: record.Student}
	lead := []string{record.Group, l.days(p)}
	if record.Mean.Count > 0 {
		lead = append(lead, strings.ToLower(w.mean)+" "+l.number(record.Mean.String()))
	}
	d.Lead = strings.Join(slices.DeleteFunc(lead, func(text string) bool { return text == "" }), ", ")
	sortByName(record.Subjects, func(s schooldb.SubjectRecord) string { return s.Subject })
	all := section{Title: w.grades, Columns: []string{w.subject, w.teacher, w.grades, w.mean}, Wide: true}
	for _, subject := range record.Subjects {
		all.Rows = append(
			all.Rows,
			[]string{subject.Subject, subject.Teacher, fmt.Sprint(len(subject.Grades)), l.number(subject.Mean.String())},
		)
	}
	if len(all.Rows) > 0 {
		d.Sections = append(d.Sections, all)
	}
	for _, subject := range record.Subjects {
		s := section{Title: subject.Subject, Columns: []string{w.day, w.grade}}
		for _, g := range subject.Grades {
			s.Rows = append(s.Rows, []string{string(g.Day), l.number(g.Mark.String())})
		}
		d.Sections = append(d.Sections, s)
	}
	return d
}

// Term is the term table of a group.
func Term(l Language, table *schooldb.TermTable, p schooldb.Period) *Document {
	w := l.words()
	d := &Document{Language: l, Heading: w.term, Title: table.Group, Lead: l.days(p)}
	order := make([]int, len(table.Subjects))
	for i := range order {
		order[i] = i
	}
	sortByName(order, func(i int) string { return table.Subjects[i] })
	sortByName(table.Students, func(r schooldb.TermRow) string { return r.Student })
	s := section{Columns: []string{w.student}}
	for _, i := range order {
		s.Columns = append(s.Columns, table.Subjects[i])
	}
	s.Columns = append(s.Columns, w.mean)
	for _, student := range table.Students {
		row := []string{student.Student}
		for _, i := range order {
			row = append(row, l.number(student.Means[i].String()))
		}
		s.Rows = append(s.Rows, append(row, l.number(student.Mean.String())))
	}
	d.Sections = append(d.Sections, s)
	return d
}

// sortByName sorts by the Ukrainian alphabet, equal names as they were.
func sortByName[T any](all []T, name func(T) string) {
	alphabet := collate.New(language.Ukrainian)
	slices.SortStableFunc(all, func(a, b T) int {
		return cmp.Or(alphabet.CompareString(name(a), name(b)), cmp.Compare(name(a), name(b)))
	})
}

// means is a chart of means, from zero to the greatest.
func means(l Language, title string, named []schooldb.NamedMean) section {
	values := make([]float64, len(named))
	labels := make([][2]string, len(named))
	for i, n := range named {
		values[i], labels[i] = n.Mean.Float(), [2]string{n.Name, l.number(n.Mean.String())}
	}
	return newChart(l, title, labels, values)
}

// marks is a chart of how often each mark was given.
func marks(l Language, bars []schooldb.Bar) section {
	w := l.words()
	values := make([]float64, len(bars))
	labels := make([][2]string, len(bars))
	for i, b := range bars {
		label := b.Label(w.and, w.to)
		if l == Ukrainian {
			label = strings.ReplaceAll(label, ".", ",")
		}
		values[i], labels[i] = float64(b.Count), [2]string{label, fmt.Sprint(b.Count)}
	}
	return newChart(l, w.marks, labels, values)
}

func newChart(l Language, title string, labels [][2]string, values []float64) section {
	c := section{Title: title}
	if more := len(values) - most; more > 0 {
		labels, values = labels[:most], values[:most]
		c.Note = fmt.Sprintf(l.words().more, more)
	}
	greatest, width := 0.0, 0
	for i, v := range values {
		greatest, width = max(greatest, v), max(width, console.Width(shorten(labels[i][0], labelMax)))
	}
	barX := gap + characterMax*width
	for i, v := range values {
		share := 0.0
		if greatest > 0 {
			share = v / greatest
		}
		length := float64(720-barX-gap-valueMax) * share
		c.Bars = append(c.Bars, bar{
			Label: shorten(labels[i][0], labelMax), Whole: labels[i][0], Value: labels[i][1], Length: length, share: share,
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
