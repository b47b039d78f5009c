package event

import "github.com/pythonweb/goweb/serializer/internal/literal"

// NormalTime checks the text of a kind of time and returns it in the one form that equal values have.
func NormalTime(kind Kind, text []byte) ([]byte, bool) {
	switch kind {
	case KindDate:
		return literal.NormalDate(text)
	case KindTimedelta:
		return literal.NormalSeconds(text)
	case KindDatetime:
		return literal.NormalDatetime(text)
	case KindTime:
		return literal.NormalClock(text)
	default:
		return nil, false
	}
}
