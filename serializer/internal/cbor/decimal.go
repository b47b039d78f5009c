package cbor

import (
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// tagFour returns the kind and text of a number digits × 10^exp in CBOR's tag 4: beyond float64 it is a KindNumber,
// otherwise a KindDecimal. So every number that tag 4 can hold has one kind, and decimals beyond float64 need a tag of
// their own.
func tagFour(mantissa string, exp int64) (event.Kind, []byte) {
	text := literal.AppendScientific(nil, mantissa, exp, "e")
	if exp == 0 {
		text = append(text, "e0"...)
	}
	l, err := literal.ParseNumber(text)
	if err == nil {
		if _, exact := l.Float(text); !exact {
			return event.KindNumber, text
		}
	}
	return event.KindDecimal, literal.AppendScientific(nil, mantissa, exp, "E")
}

// decimalTag returns the tag that carries a number and, for tag 4, its content.
func decimalTag(ev *event.Event) (tag uint64, mantissa string, exp int64) {
	tag = event.TagText
	if ev.Kind == event.KindNumber {
		tag = event.TagLiteral
	}
	if ev.Kind == event.KindDecimal && !literal.FiniteDecimal(ev.Data) {
		return tag, "", 0
	}
	mantissa, exp, ok := literal.DecimalParts(ev.Data)
	if ok && mantissa != "-0" {
		if kind, _ := tagFour(mantissa, exp); kind == ev.Kind {
			tag = event.TagDecimal
		}
	}
	return tag, mantissa, exp
}
