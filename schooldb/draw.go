package schooldb

import (
	"context"

	"github.com/uptrace/bun"
)

// For returns those parameters of p that q needs.
func (p Parameters) For(q *Query) Parameters {
	var own Parameters
	for parameter, of := range map[Parameter][2]*int64{
		OfStudent: {&own.Student, &p.Student}, OfSubject: {&own.Subject, &p.Subject},
		OfGroup: {&own.Group, &p.Group}, OfTeacher: {&own.Teacher, &p.Teacher},
	} {
		if q.Needs(parameter) {
			*of[0] = *of[1]
		}
	}
	return own
}

// Draw returns n sets of existing identifiers, spread evenly over all of them, or ErrNotFound when a kind has no
// records.
func (s *School) Draw(ctx context.Context, n int) ([]Parameters, error) {
	drawn := make([]Parameters, n)
	for i := range drawn {
		p := &drawn[i]
		for parameter, into := range map[Parameter]*int64{
			OfStudent: &p.Student, OfSubject: &p.Subject, OfGroup: &p.Group, OfTeacher: &p.Teacher,
		} {
			var found []int64
			err := s.db.Reader.NewRaw(`
				SELECT id FROM ?0
				WHERE id >= (SELECT min(id) FROM ?0) + ((SELECT max(id) FROM ?0) - (SELECT min(id) FROM ?0)) / ?1 * ?2
				ORDER BY id LIMIT 1`, bun.Ident(string(parameter)+"s"), n, i).Scan(ctx, &found)
			if err != nil {
				return nil, failed("draw a "+string(parameter), err)
			}
			if len(found) == 0 {
				return nil, &missing{string(parameter) + " at all"}
			}
			*into = found[0]
		}
	}
	return drawn, nil
}
