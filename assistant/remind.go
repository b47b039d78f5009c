package assistant

import (
	"fmt"
	"strconv"
)

// maxRemind is how many days before its day a note may begin to remind.
const maxRemind = 366

// remind sets from when on a note reminds: a number of days before its day, or a day as [ReadDay] reads it. "" means
// not before that day.
func (n *Note) remind(typed string, r rules) error {
	if typed == "" {
		n.Remind = 0
		return nil
	}
	days, err := strconv.ParseUint(typed, 10, 31)
	if err == nil {
		n.Remind = int(days)
	} else {
		day, err := ReadDay(typed, r.order, r.today)
		if err != nil {
			return &FieldError{Field: "remind", Value: typed, Problem: noDate, Hint: dateHint}
		}
		if n.Due.IsZero() {
			n.Due = day
		}
		if n.Remind = day.DaysUntil(n.Due); n.Remind < 0 {
			return &FieldError{
				Field: "remind", Value: typed, Problem: "after the day by which it is to be done",
				Hint: fmt.Sprintf("that is %s", n.Due),
			}
		}
	}
	if n.Remind > maxRemind {
		return &FieldError{Field: "remind", Value: typed, Problem: "not from 0 to 366 days"}
	}
	return nil
}
