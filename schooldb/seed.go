package schooldb

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/pythonweb/goweb/schooldb/internal/invent"
)

// SeedOptions say how much Seed invents.
type SeedOptions struct {
	Students, Groups, Subjects, Teachers int
	Grades                               int // of every student
	Seed                                 uint64
}

// check returns why such a school is impossible.
func (o SeedOptions) check() error {
	switch {
	case min(o.Students, o.Groups, o.Subjects, o.Teachers, o.Grades) < 0:
		return fmt.Errorf("%w: a number is negative", ErrParameters)
	case o.Subjects > 0 && o.Teachers == 0:
		return fmt.Errorf("%w: subjects need a teacher", ErrParameters)
	case o.Students > 0 && o.Grades > 0 && o.Subjects == 0:
		return fmt.Errorf("%w: grades need a subject", ErrParameters)
	}
	return nil
}

// Seed fills an empty database with an invented school; the same options give the same rows on every database. Without
// groups the students have none. Seed returns ErrNotEmpty if the database holds anything.
func (s *School) Seed(ctx context.Context, o SeedOptions) error {
	if err := o.check(); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	for _, kind := range Kinds() {
		some, err := s.db.NewSelect().Table(kind.Table()).Limit(1).Exists(ctx)
		if err == nil && some {
			err = ErrNotEmpty
		}
		if err != nil {
			return failed("seed", err)
		}
	}
	err := s.load(ctx, true, func(kind Kind) (source, error) { return o.source(kind), nil }, nil)
	return failed("seed", seeded(err))
}

// seeded returns the meaning of err, the result of loading into a database that was empty.
func seeded(err error) error {
	if isConstraint(err) { // somebody has filled it in the meantime
		return ErrNotEmpty
	}
	return err
}

// generated is a source of invented records.
type generated struct {
	n, i   int // how many in all, and how many so far
	record record
	invent func(i int, into record)
}

func (g *generated) next() (record, error) {
	if g.i == g.n {
		return nil, io.EOF
	}
	g.invent(g.i, g.record)
	g.i++
	return g.record, nil
}

// source returns the invented records of a kind, nil where there are none. Every kind has its own stream of random
// numbers, so that one more teacher does not change the grades.
func (o SeedOptions) source(kind Kind) source {
	var stream uint64
	for _, c := range []byte(kind) {
		stream = stream<<8 | uint64(c)
	}
	random := rand.New(rand.NewPCG(o.Seed, stream))
	g := &generated{record: make(record, len(kind.Columns()))}
	switch kind {
	case GroupKind:
		g.n, g.invent = o.Groups, func(i int, into record) {
			into[0], into[1] = int64(i+1), invent.Group(i)
		}
	case TeacherKind:
		g.n, g.invent = o.Teachers, func(i int, into record) {
			into[0], into[1] = int64(i+1), invent.Person(random)
		}
	case SubjectKind:
		g.n, g.invent = o.Subjects, func(i int, into record) {
			into[0], into[1], into[2] = int64(i+1), invent.Subject(i), int64(i%o.Teachers+1)
		}
	case StudentKind:
		g.n, g.invent = o.Students, func(i int, into record) {
			into[0], into[1], into[2] = int64(i+1), invent.Person(random), nil
			if o.Groups > 0 {
				into[2] = int64(i%o.Groups + 1)
			}
		}
	case GradeKind:
		first := time.Date(2025, time.September, 1, 0, 0, 0, 0, time.UTC)
		days := make([]string, 273) // of a school year
		for i := range days {
			days[i] = first.AddDate(0, 0, i).Format(time.DateOnly)
		}
		g.n, g.invent = o.Students*o.Grades, func(i int, into record) {
			into[0], into[1] = int64(i+1), int64(i/o.Grades+1)
			into[2] = int64(random.IntN(o.Subjects) + 1)
			into[3] = int64(100 + 50*random.IntN(23)) // 1 to 12 in halves
			into[4] = days[random.IntN(len(days))]
		}
	default:
		return nil
	}
	return g
}
