package serializer

import "fmt"

// The CBOR tags with a kind of their own. Those from 49601 on are this module's; the others are registered at
// https://www.iana.org/assignments/cbor-tags.
const (
	tagDatetime  = 0     // RFC 8949: text, a KindDatetime with an offset and without a fold
	tagPositive  = 2     // RFC 8949: bytes, an integer
	tagNegative  = 3     // RFC 8949: bytes, -1 minus an integer
	tagDecimal   = 4     // RFC 8949: [exponent, mantissa], a KindNumber or KindDecimal: see tagFour
	tagInstance  = 27    // a KindInstance with nothing but a state: [name, state]
	tagShared    = 28    // a KindShared
	tagRef       = 29    // an unsigned integer, a KindRef
	tagFraction  = 30    // [numerator, denominator]
	tagUUID      = 37    // 16 bytes
	tagSet       = 258   // array
	tagDate      = 1004  // RFC 8943: text
	tagComplex   = 43000 // [real, imaginary]
	tagTuple     = 49601 // array
	tagByteArray = 49602 // bytes
	tagFrozenSet = 49603 // tag 258
	tagOtherTime = 49604 // text, a KindDatetime that tag 0 does not allow: naive, with a fold, or with seconds in its offset
	tagTime      = 49605 // text
	tagTimedelta = 49606 // text
	tagText      = 49607 // text, a KindDecimal that tag 4 cannot hold or holds as a number
	tagLiteral   = 49608 // text, a KindNumber whose exponent tag 4 cannot hold
	tagParts     = 49609 // [name, parts, value...], a KindInstance with other Parts than a state
	tagExt       = 49610 // [code, bytes], a KindExt
)

// ownTag reports whether values with this tag have a kind of their own, so that they are no KindTag.
func ownTag(n uint64) bool {
	switch n {
	case tagDatetime, tagPositive, tagNegative, tagDecimal, tagInstance, tagShared, tagRef, tagFraction, tagUUID,
		tagSet, tagDate, tagComplex:
		return true
	}
	return n >= tagTuple && n <= tagExt
}

// tagAllows reports whether RFC 8949 allows a value of that kind in a tag that is a KindTag here.
func tagAllows(tag uint64, kind Kind) bool {
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

func forbidden(tag uint64) error {
	return fmt.Errorf("tag %d has a content that its definition forbids", tag)
}
