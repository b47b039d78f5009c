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
func appendItem(dst []byte, n uint64) []byte { return appendItems(dst, []uint64{n}) }

// appendItems appends each of the words as an item.
func appendItems(dst []byte, words []uint64) []byte {
	for len(words) > 0 {
		part := words[:min(len(words), 64)]
		words = words[len(part):]
		dst = slices.Grow(dst, len(part)*maxItem)
		at, out := len(dst), dst[:cap(dst)]
		for _, n := range part {
			item := (*[maxItem]byte)(out[at:])
			if n < 1e3 {
				at += putFirst(item, n)
			} else {
				at += putItem(item, n)
			}
		}
		dst = out[:at]
	}
	return dst
}

// putItem writes a blank and n, and returns the length.
func putItem(item *[maxItem]byte, n uint64) int {
	if n < 1e6 {
		length := putFirst(item, n/1e3)
		binary.LittleEndian.PutUint32(item[length:], groups[n%1e3])
		return length + 3
	}
	// The groups but the first, from the last on; then they follow it.
	var rest [7]uint32
	k := 0
	for ; n >= 1e3; n /= 1e3 {
		rest[k] = groups[n%1e3]
		k++
	}
	length := putFirst(item, n)
	for k--; k >= 0; k-- {
		binary.LittleEndian.PutUint32(item[length:], rest[k])
		length += 3
	}
	return length
}

// putFirst writes a blank and n < 1000 without leading zeros, by no branch that could not be predicted, and returns the
// length.
func putFirst(item *[maxItem]byte, n uint64) int {
	zeros := (n-100)>>63 + (n-10)>>63
	binary.LittleEndian.PutUint32(item[:], groups[n%1e3]>>(8*zeros)<<8|' ')
	return int(4 - zeros)
}
