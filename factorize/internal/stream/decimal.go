package stream

import (
	"encoding/binary"
	"slices"
)

// groups are the numbers 000 to 999 in three digits, the first in the lowest byte.
//
//policy:mutable nobody writes into it
var groups = newGroups()

func newGroups() (all [1000]uint32) {
	for i := range all {
		n := uint32(i)
		all[i] = '0' + n/100 | ('0'+n/10%10)<<8 | ('0'+n%10)<<16
	}
	return all
}

// maxItem is the length of the longest item, with three bytes beyond that may be overwritten.
const maxItem = 1 + 21 + 3

// appendItem appends a blank and n in decimal digits.
func appendItem(dst []byte, n uint64) []byte {
	if cap(dst)-len(dst) < maxItem {
		dst = slices.Grow(dst, maxItem)
	}
	at := len(dst)
	out := dst[at : at+maxItem]
	var length int
	switch {
	case n < 1e3:
		length = putFirst(out, n)
	case n < 1e6:
		length = putFirst(out, n/1e3)
		binary.LittleEndian.PutUint32(out[length:], groups[n%1e3])
		length += 3
	default:
		// The groups but the first, from the last on; then they follow it.
		var rest [7]uint32
		k := 0
		for ; n >= 1e3; n /= 1e3 {
			rest[k] = groups[n%1e3]
			k++
		}
		length = putFirst(out, n)
		for k--; k >= 0; k-- {
			binary.LittleEndian.PutUint32(out[length:], rest[k])
			length += 3
		}
	}
	return dst[:at+length]
}

// putFirst writes a blank and n < 1000 without leading zeros, by no branch that could not be predicted, and returns the
// length.
func putFirst(out []byte, n uint64) int {
	zeros := (n-100)>>63 + (n-10)>>63
	binary.LittleEndian.PutUint32(out, groups[n%1e3]>>(8*zeros)<<8|' ')
	return int(4 - zeros)
}
