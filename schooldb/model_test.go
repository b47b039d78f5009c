package schooldb

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// model is a school in plain maps. It answers the twelve queries from the grades alone, with fractions of big integers,
// and shares no code and no SQL with the library.
type model struct {
	groups, teachers map[int64]string
	subjects         map[int64]modelSubject
	students         map[int64]modelStudent
	grades           map[int64]modelGrade
	enrolments       map[[2]int64]bool
}

type modelSubject struct {
	name    string
	teacher int64
}

type modelStudent struct {
	name  string
	group int64
}

type modelGrade struct {
	student, subject, hundredths int64
	day                          string
}

func newModel() *model {
	return &model{
		groups: map[int64]string{}, teachers: map[int64]string{}, subjects: map[int64]modelSubject{},
		students: map[int64]modelStudent{}, grades: map[int64]modelGrade{}, enrolments: map[[2]int64]bool{},
	}
}

// modelMean adds grades as fractions.
type modelMean struct {
	sum   *big.Rat
	count int64
}

func (m *model) mean(wanted func(modelGrade) bool) modelMean {
	mean := modelMean{sum: new(big.Rat)}
	for _, g := range m.grades {
		if wanted(g) {
			mean.sum.Add(mean.sum, big.NewRat(g.hundredths, 100))
			mean.count++
		}
	}
	return mean
}

func (m modelMean) rat() *big.Rat { return new(big.Rat).Quo(m.sum, new(big.Rat).SetInt64(m.count)) }

// json is what a mean is in an answer.
func (m modelMean) json() string {
	if m.count == 0 {
		return "null"
	}
	r := m.rat()
	avg, _ := r.Float64()
	// FloatString rounds halves away from zero.
	return fmt.Sprintf(
		`{"num":%s,"den":%s,"avg":%s,"avg2":%s}`,
		r.Num(),
		r.Denom(),
		strings.TrimSpace(fmt.Sprint(decimal(avg))),
		r.FloatString(2),
	)
}

// decimal writes a float64 with the fewest digits and no exponent.
func decimal(f float64) string { return big.NewFloat(f).Text('f', -1) }

// ranking is the students who have grades that count, best first.
func (m *model) ranking(wanted func(modelGrade) bool) (ids []int64, means map[int64]modelMean) {
	means = map[int64]modelMean{}
	for id := range m.students {
		mean := m.mean(func(g modelGrade) bool { return g.student == id && wanted(g) })
		if mean.count > 0 {
			means[id] = mean
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(
			means[b].rat().Cmp(means[a].rat()),
			cmp.Compare(m.students[a].name, m.students[b].name),
			cmp.Compare(a, b),
		)
	})
	return ids, means
}

func cutRanking(ids []int64, means map[int64]modelMean, limit int, ties bool) []int64 {
	if len(ids) <= limit {
		return ids
	}
	end := limit
	for ties && end < len(ids) && means[ids[end]].rat().Cmp(means[ids[limit-1]].rat()) == 0 {
		end++
	}
	return ids[:end]
}

// answer returns the rows of a query as JSON objects, or "unknown NAME".
func (m *model) answer(name string, p Parameters) []string {
	for _, unknown := range []struct {
		id   int64
		has  bool
		what string
	}{
		{p.Student, has(m.students, p.Student), "student"},
		{p.Subject, has(m.subjects, p.Subject), "subject"},
		{p.Group, has(m.groups, p.Group), "group"},
		{p.Teacher, has(m.teachers, p.Teacher), "teacher"},
	} {
		if unknown.id != 0 && !unknown.has {
			return []string{"unknown " + unknown.what}
		}
	}
	student := fmt.Sprintf(`"student_id":%d,"student":%s`, p.Student, quoted(m.students[p.Student].name))
	subject := fmt.Sprintf(`"subject_id":%d,"subject":%s`, p.Subject, quoted(m.subjects[p.Subject].name))
	group := fmt.Sprintf(`"group_id":%d,"group":%s`, p.Group, quoted(m.groups[p.Group]))
	teacher := fmt.Sprintf(`"teacher_id":%d,"teacher":%s`, p.Teacher, quoted(m.teachers[p.Teacher]))
	switch name {
	case "top-students":
		ids, means := m.ranking(func(modelGrade) bool { return true })
		rows := []string{}
		for _, id := range cutRanking(ids, means, cmp.Or(p.Limit, 5), p.WithTies) {
			rows = append(
				rows,
				fmt.Sprintf(`{"student_id":%d,"student":%s,"mean":%s}`, id, quoted(m.students[id].name), means[id].json()),
			)
		}
		return rows
	case "best-in-subject":
		ids, means := m.ranking(func(g modelGrade) bool { return g.subject == p.Subject })
		rows := []string{}
		for _, id := range cutRanking(ids, means, 1, p.WithTies) {
			rows = append(
				rows,
				fmt.Sprintf(
					`{"student_id":%d,"student":%s,%s,"mean":%s}`,
					id,
					quoted(m.students[id].name),
					subject,
					means[id].json(),
				),
			)
		}
		return rows
	case "group-average":
		mean := m.mean(func(g modelGrade) bool { return g.subject == p.Subject && m.students[g.student].group == p.Group })
		return []string{fmt.Sprintf(`{%s,%s,"mean":%s}`, group, subject, mean.json())}
	case "stream-average":
		return []string{fmt.Sprintf(`{"mean":%s}`, m.mean(func(modelGrade) bool { return true }).json())}
	case "teacher-courses":
		return m.courses(func(u int64) bool { return m.subjects[u].teacher == p.Teacher }, "")
	case "group-students":
		rows := []string{}
		for _, id := range byName(m.students, func(s modelStudent) string { return s.name }) {
			if m.students[id].group == p.Group {
				rows = append(rows, fmt.Sprintf(`{"student_id":%d,"student":%s,%s}`, id, quoted(m.students[id].name), group))
			}
		}
		return rows
	case "group-grades", "last-lesson-grades":
		return m.groupGrades(p, name == "last-lesson-grades", group+","+subject)
	case "student-courses":
		return m.courses(func(u int64) bool { return m.attends(p.Student, u) }, ","+student)
	case "student-teacher-courses":
		return m.courses(
			func(u int64) bool { return m.attends(p.Student, u) && m.subjects[u].teacher == p.Teacher },
			","+student,
		)
	case "teacher-student-average":
		mean := m.mean(
			func(g modelGrade) bool { return g.student == p.Student && m.subjects[g.subject].teacher == p.Teacher },
		)
		return []string{fmt.Sprintf(`{%s,%s,"mean":%s}`, teacher, student, mean.json())}
	case "teacher-average":
		mean := m.mean(func(g modelGrade) bool { return m.subjects[g.subject].teacher == p.Teacher })
		return []string{fmt.Sprintf(`{%s,"mean":%s}`, teacher, mean.json())}
	}
	panic(name)
}

func (m *model) groupGrades(p Parameters, last bool, echo string) []string {
	var ids []int64
	lastDay := ""
	for id, g := range m.grades {
		if g.subject == p.Subject && m.students[g.student].group == p.Group {
			ids = append(ids, id)
			lastDay = max(lastDay, g.day)
		}
	}
	slices.SortFunc(ids, func(a, b int64) int {
		g, h := m.grades[a], m.grades[b]
		return cmp.Or(cmp.Compare(m.students[g.student].name, m.students[h.student].name), cmp.Compare(g.student, h.student),
			cmp.Compare(g.day, h.day), cmp.Compare(a, b))
	})
	rows := []string{}
	for _, id := range ids {
		g := m.grades[id]
		if last && g.day != lastDay {
			continue
		}
		marks, _ := new(big.Rat).SetFrac64(g.hundredths, 100).Float64()
		rows = append(rows, fmt.Sprintf(`{"student_id":%d,"student":%s,%s,"grade":%s,"received_on":"%s","grade_id":%d}`,
			g.student, quoted(m.students[g.student].name), echo, decimal(marks), g.day, id))
	}
	return rows
}

func (m *model) attends(student, subject int64) bool {
	if m.enrolments[[2]int64{student, subject}] {
		return true
	}
	for _, g := range m.grades {
		if g.student == student && g.subject == subject {
			return true
		}
	}
	return false
}

func (m *model) courses(wanted func(int64) bool, echo string) []string {
	rows := []string{}
	for _, id := range byName(m.subjects, func(s modelSubject) string { return s.name }) {
		if !wanted(id) {
			continue
		}
		s := m.subjects[id]
		rows = append(rows, fmt.Sprintf(`{"subject_id":%d,"subject":%s,"teacher_id":%d,"teacher":%s%s}`,
			id, quoted(s.name), s.teacher, quoted(m.teachers[s.teacher]), echo))
	}
	return rows
}

// byName returns the keys of things by name, then by key.
func byName[T any](things map[int64]T, name func(T) string) []int64 {
	return slices.SortedFunc(maps.Keys(things), func(a, b int64) int {
		return cmp.Or(cmp.Compare(name(things[a]), name(things[b])), cmp.Compare(a, b))
	})
}

func has[T any](things map[int64]T, id int64) bool { _, ok := things[id]; return ok }

// quoted writes a JSON string.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r < ' ' || r == '\u2028' || r == '\u2029':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// records returns the rows of a kind as a source.
func (m *model) records(kind Kind) source {
	var all []record
	orNil := func(id int64) any {
		if id == 0 {
			return nil
		}
		return id
	}
	switch kind {
	case GroupKind:
		for id, name := range m.groups {
			all = append(all, record{id, name})
		}
	case TeacherKind:
		for id, name := range m.teachers {
			all = append(all, record{id, name})
		}
	case SubjectKind:
		for id, s := range m.subjects {
			all = append(all, record{id, s.name, s.teacher})
		}
	case StudentKind:
		for id, s := range m.students {
			all = append(all, record{id, s.name, orNil(s.group)})
		}
	case GradeKind:
		for id, g := range m.grades {
			all = append(all, record{id, g.student, g.subject, g.hundredths, g.day})
		}
	case EnrolmentKind:
		for key := range m.enrolments {
			all = append(all, record{key[0], key[1]})
		}
	}
	i := 0
	return sourceFunc(func() (record, error) {
		if i == len(all) {
			return nil, errEOF
		}
		i++
		return all[i-1], nil
	})
}
