package schooldb

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/schooldb/internal/rfc4180"
	"github.com/pythonweb/goweb/schooldb/internal/sheet"
)

// Journal says what the page of a class journal is about: a table with the students of a group down and days across.
// Group and Subject are names or ids. From is the day with which the twelve months begin that days without a year, such
// as 02.10, belong to; without it they are refused.
type Journal struct {
	Group, Subject string
	From           Day
}

// journal shows a page as a table with one row for each grade. Blank cells and those of absent students are skipped.
type journal struct {
	sheet.Rows
	about     *Journal
	since1904 bool

	begun bool
	days  [][]byte // by column, nil for a column that is not a day
	texts []string // of the headers
	who   int      // the column of the students
	cells [][]byte // of the current row
	at    int      // the column of the current grade
	out   [][]byte
}

func newJournal(rows sheet.Rows, about *Journal, since1904 bool) *journal {
	return &journal{Rows: rows, about: about, since1904: since1904, who: -1}
}

// Read returns the header, then the grades.
func (j *journal) Read() ([][]byte, error) {
	if !j.begun {
		j.begun = true
		return j.header()
	}
	for {
		for j.at++; j.at < min(len(j.cells), len(j.days)); j.at++ {
			if j.days[j.at] == nil || IsAbsence(string(j.cells[j.at])) {
				continue
			}
			j.out = append(
				j.out[:0],
				j.cells[j.who],
				[]byte(j.about.Group),
				[]byte(j.about.Subject),
				j.days[j.at],
				j.cells[j.at],
			)
			return j.out, nil
		}
		cells, err := j.Rows.Read()
		if err != nil {
			return nil, err
		}
		j.cells, j.at = cells, -1
		if j.who >= len(cells) {
			j.cells = nil // nobody's
		}
	}
}

// header finds the students' column and the days.
func (j *journal) header() ([][]byte, error) {
	cells, err := j.Rows.Read()
	if err != nil {
		return nil, err
	}
	j.at = -1
	for i, cell := range cells {
		text := string(trim(cell))
		j.texts = append(j.texts, text)
		j.days = append(j.days, nil)
		day, err := j.dayOf(cell)
		if wrong := (*rfc4180.RecordError)(nil); errors.As(err, &wrong) {
			return nil, wrong
		}
		if err == nil {
			j.days[i] = []byte(day)
			continue
		}
		c, known := columnOf(GradeKind, text)
		switch {
		case known && c.use == asName && c.kind == StudentKind && j.who < 0:
			j.who = i
		case !known || c.use != asNothing:
			return nil, &rfc4180.RecordError{
				Reason: fmt.Sprintf("%q is neither a day such as 2026-09-01 nor the student's column", text),
			}
		}
	}
	switch {
	case j.who < 0:
		return nil, &rfc4180.RecordError{Reason: "no column is headed student"}
	case !slices.ContainsFunc(j.days, func(day []byte) bool { return day != nil }):
		return nil, &rfc4180.RecordError{Reason: "no column is headed by a day such as 2026-09-01"}
	}
	return journalHeader(), nil
}

// dayOf reads the day that a column is headed by. A day without a year belongs to the twelve months from about.From on;
// the error is a RecordError if it does not.
func (j *journal) dayOf(cell []byte) (Day, error) {
	short := strings.TrimSuffix(string(trim(cell)), ".")
	for _, layout := range []string{"2.1.2006", "2/1/2006"} {
		at, err := time.Parse(layout, short+layout[3:4]+"2000") // a leap year, which has each day
		switch {
		case err != nil:
			continue
		case j.about.From == "":
			return "", &rfc4180.RecordError{
				Reason: fmt.Sprintf("%q has no year (say when the journal begins: --from 2026-09-01)", short),
			}
		}
		first, err := time.Parse(time.DateOnly, string(j.about.From))
		if err != nil {
			return "", err
		}
		year, day := first.Year(), at.Format("-01-02")
		if day < first.Format("-01-02") {
			year++
		}
		full, err := ParseDay(fmt.Sprintf("%04d%s", year, day))
		if err != nil {
			err = &rfc4180.RecordError{
				Reason: fmt.Sprintf("%q is not a day of the twelve months from %s", short, j.about.From),
			}
		}
		return full, err
	}
	return cellDay(cell, j.since1904)
}

// journalHeader is the header of a page shown as a table.
func journalHeader() [][]byte {
	var names [][]byte
	for _, name := range []string{
		string(StudentKind), string(GroupKind), string(SubjectKind), GradeKind.column(dayForm), GradeKind.column(markForm),
	} {
		names = append(names, []byte(name))
	}
	return names
}

// day returns the header of the current grade.
func (j *journal) day() string {
	if j.at < 0 || j.at >= len(j.texts) {
		return "-"
	}
	return j.texts[j.at]
}

// IsAbsence reports whether an entry of a journal is not a grade: nothing, or н for a student who was absent.
func IsAbsence(text string) bool {
	switch fold(text) {
	case "", "н", "н.", "нб", "н/б", "н/а", "хв", "n", "-", "–", "—":
		return true
	}
	return false
}

var errJournal = errors.New("a journal is one table")
