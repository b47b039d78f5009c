package page

import (
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/schooldb"
)

// Language is what a report is written in: English or Ukrainian.
type Language string

// The languages.
const (
	English   Language = "en"
	Ukrainian Language = "uk"
)

// words are the words of a report.
type words struct {
	report, school, student, teacher, subject, mean, grades, best, byMean      string
	bySubject, byGroup, byMonth, marks, and, to, term, day, grade, from, until string
	more, without, record                                                      string
}

func (l Language) words() words {
	if l == Ukrainian {
		return words{
			report: "звіт", school: "Уся школа", student: "Учень", teacher: "Учитель", subject: "Предмет", mean: "Середній бал",
			grades: "Оцінки",
			best:   "Найкращі", byMean: "Учні за середнім балом", bySubject: "Середній бал за предметом",
			byGroup: "Середній бал за класом",
			byMonth: "Середній бал за місяцем", marks: "Скільки було яких оцінок", and: "і", to: "–", term: "Підсумкова таблиця",
			day: "День", grade: "Оцінка", from: "з", until: "по", more: "і ще %d", without: "без оцінок: %d",
			record: "Особистий листок",
		}
	}
	return words{
		report: "report", school: "The whole school", student: "Student", teacher: "Teacher", subject: "Subject",
		mean: "Mean", grades: "Grades",
		best: "The best", byMean: "Students by mean", bySubject: "Mean by subject", byGroup: "Mean by group",
		byMonth: "Mean by month", marks: "How often each mark was given", and: "and", to: "to", term: "Term table",
		day: "Day", grade: "Grade", from: "from", until: "to", more: "and %d more", without: "%d without grades",
		record: "Student's record",
	}
}

// counts says how many students and grades there are.
func (l Language) counts(students, grades int64, mean schooldb.Mean) string {
	text := ""
	if l == Ukrainian {
		text = fmt.Sprintf("Учнів: %d, оцінок: %d", students, grades)
	} else {
		text = plural(students, "student") + ", " + plural(grades, "grade")
	}
	if mean.Count > 0 {
		text += ", " + strings.ToLower(l.words().mean) + " " + l.number(mean.String())
	}
	return text
}

// number writes a number with the language's decimal point.
func (l Language) number(text string) string {
	if l == Ukrainian {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

// days names a period, "" when it has no limits.
func (l Language) days(p schooldb.Period) string {
	w := l.words()
	var parts []string
	if p.First != "" {
		parts = append(parts, w.from+" "+string(p.First))
	}
	if p.Last != "" {
		parts = append(parts, w.until+" "+string(p.Last))
	}
	return strings.Join(parts, " ")
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
