package event

import "fmt"

// NoPlainForm returns the error for a kind that a plain document, without this module's own forms, cannot hold.
func NoPlainForm(format string, kind Kind) error {
	hint := ""
	switch kind {
	case KindDate, KindTime, KindTimedelta, KindDatetime:
		hint = "datetime"
	case KindRef, KindShared:
		hint = "shared"
	case KindMap:
		return fmt.Errorf(
			"a dict whose keys are not distinct strings has no plain form in %s (--lossy dict writes one)",
			format,
		)
	default:
		hint = kind.String()
	}
	return fmt.Errorf("%s has no plain form in %s (--lossy %s writes one)", kind, format, hint)
}

// PlainText reports whether JSON as in RFC 8259 can hold an event.
func PlainText(ev *Event) bool {
	switch ev.Kind {
	case KindNull, KindBool, KindInt, KindBigInt, KindNumber, KindString, KindList, KindMap:
		return true
	case KindFloat:
		return ev.Num>>52&0x7ff != 0x7ff
	}
	return false
}
