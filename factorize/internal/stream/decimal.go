package stream

import (
	"math/bits"
	"slices"
)

// pairs are the numbers 00 to 99 in two digits.
const pairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// powersOfTen are the least numbers of 1, 2, 3, ... digits.
var powersOfTen = [20]uint64{
	0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// appendItem appends a blank and n in decimal digits.
func appendItem(dst []byte, n uint64) []byte {
	if n < 10 {
		return append(dst, ' ', byte('0'+n))
	}
	// A number of k bits has k log 2 digits, or one more.
	length := bits.Len64(n) * 1233 >> 12
	if n >= powersOfTen[length] {
		length++
	}
	i := len(dst) + 1 + length
	if i > cap(dst) {
		dst = slices.Grow(dst, 1+length)
	}
	dst = dst[:i]
	for n >= 100 {
		q := n / 100
		r := 2 * (n - 100*q)
		i -= 2
		dst[i], dst[i+1] = pairs[r], pairs[r+1]
		n = q
	}
	if n >= 10 {
		i -= 2
		dst[i], dst[i+1] = pairs[2*n], pairs[2*n+1]
	} else {
		i--
		dst[i] = byte('0' + n)
	}
	dst[i-1] = ' '
	return dst
}
