package schooldb

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// Key identifies a record: by its number, an enrolment by its student and subject.
type Key struct {
	ID               int64
	Student, Subject int64
}

// ParseKey reads the key of a record of this kind: a number, for an enrolment STUDENT:SUBJECT.
func ParseKey(kind Kind, text string) (Key, error) {
	if kind != EnrolmentKind {
		id, err := ParseID(text)
		return Key{ID: id}, err
	}
	student, subject, ok := strings.Cut(text, ":")
	if !ok {
		return Key{}, errors.New("is not STUDENT:SUBJECT")
	}
	var key Key
	var err error
	if key.Student, err = ParseID(student); err == nil {
		key.Subject, err = ParseID(subject)
	}
	return key, err
}

// String returns the key as ParseKey reads it.
func (k Key) String() string {
	if k.ID == 0 {
		return fmt.Sprintf("%d:%d", k.Student, k.Subject)
	}
	return strconv.FormatInt(k.ID, 10)
}

// where restricts a statement to the record.
func (k Key) where() bun.Safe {
	if k.ID == 0 {
		return bun.Safe(fmt.Sprintf("student_id = %d AND subject_id = %d", k.Student, k.Subject))
	}
	return bun.Safe(fmt.Sprintf("id = %d", k.ID))
}
