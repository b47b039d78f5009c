package event

import "fmt"

// The CBOR tags that have kinds of their own. Those from 49601 on are this module's; the others are registered at
// https://www.iana.org/assignments/cbor-tags.
const (
	TagDatetime  = 0     // RFC 8949: text, a KindDatetime with an offset and without a fold
	TagPositive  = 2     // RFC 8949: bytes, an integer
	TagNegative  = 3     // RFC 8949: bytes, -1 minus an integer
	TagDecimal   = 4     // RFC 8949: [exponent, mantissa], a KindNumber or KindDecimal: see tagFour of package cbor
	TagInstance  = 27    // a KindInstance with nothing but a state: [name, state]
	TagShared    = 28    // a KindShared
	TagRef       = 29    // an unsigned integer, a KindRef
	TagFraction  = 30    // [numerator, denominator]
	TagUUID      = 37    // 16 bytes
	TagSet       = 258   // array
	TagDate      = 1004  // RFC 8943: text
	TagComplex   = 43000 // [real, imaginary]
	TagTuple     = 49601 // array
	TagByteArray = 49602 // bytes
	TagFrozenSet = 49603 // tag 258
	// Text, a KindDatetime that tag 0 does not allow: naive, with a fold, or with seconds in its offset.
	TagOtherTime = 49604
	TagTime      = 49605 // text
	TagTimedelta = 49606 // text
	TagText      = 49607 // text, a KindDecimal that tag 4 cannot hold or holds as a number
	TagLiteral   = 49608 // text, a KindNumber whose exponent tag 4 cannot hold
	TagParts     = 49609 // [name, parts, value...], a KindInstance with other Parts than a state
	TagExt       = 49610 // [code, bytes], a KindExt
)

// OwnTag reports whether values with this tag have a kind of their own, so that they are not a KindTag.
func OwnTag(n uint64) bool {
	switch n {
	case TagDatetime, TagPositive, TagNegative, TagDecimal, TagInstance, TagShared, TagRef, TagFraction, TagUUID,
		TagSet, TagDate, TagComplex:
		return true
	}
	return n >= TagTuple && n <= TagExt
}

// TagAllows reports whether RFC 8949 allows a value of that kind in a tag that is a KindTag here.
func TagAllows(tag uint64, kind Kind) bool {
	switch tag {
	case 1: // seconds since 1970
		return kind == KindInt || kind == KindBigInt || kind == KindFloat
	case 5: // bigfloat
		return kind == KindList
	case 24: // encoded CBOR
		return kind == KindBytes
	case 32, 33, 34, 35, 36: // URI, base64url, base64, regular expression, MIME message
		return kind == KindString
	}
	return true
}

func Forbidden(tag uint64) error {
	return fmt.Errorf("tag %d has content that its definition forbids", tag)
}
