package sevenzip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

// A filtered reader reverses the filter for x86 executables. It holds all of the content.
type filtered struct {
	r     io.Reader // of the filtered bytes, then of the original ones
	limit int64     // the most bytes that there may be
	done  bool
}

func (f *filtered) Read(p []byte) (int, error) {
	if !f.done {
		content, err := io.ReadAll(io.LimitReader(f.r, f.limit+1))
		if int64(len(content)) > f.limit {
			err = errors.New("too large for the filter for executables")
		}
		unfilter(content)
		f.done, f.r = true, bytes.NewReader(content)
		if err != nil { // what was unpacked before the error is used
			f.r = io.MultiReader(f.r, failing{err})
		}
	}
	return f.r.Read(p)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// unfilter makes the targets of calls and jumps relative again, which the filter has made absolute.
func unfilter(b []byte) {
	recent := uint32(0) // bit n says that an opcode whose target was left alone is n+1 bytes before
	for i := 0; i+5 <= len(b); {
		opcode := b[i]&^1 == 0xe8
		if opcode && relative(b[i:i+5], uint32(i+5), recent) {
			recent = 0
			i += 5
			continue
		}
		recent = recent << 1 & 7
		if opcode {
			recent |= 1
		}
		i++
	}
}

// relative subtracts the position after a call from its target. It returns false for what the filter does not take for
// a call: the target is too far away, or some of its bytes belong to an earlier call.
func relative(call []byte, place, recent uint32) bool {
	n := bits.Len32(recent) // distance in bytes from the oldest such opcode
	if bits.OnesCount32(recent) > 1 || recent != 0 && extends(call[4-n]) || !extends(call[4]) {
		return false
	}
	target := binary.LittleEndian.Uint32(call[1:])
	for {
		target -= place
		if recent == 0 || !extends(byte(target>>(24-8*n))) {
			break
		}
		target ^= 1<<(32-8*n) - 1
	}
	target &= 1<<25 - 1
	if target>>24 == 1 {
		target |= 0xff << 24
	}
	binary.LittleEndian.PutUint32(call[1:], target)
	return true
}

// extends reports whether a byte extends the sign of a near target.
func extends(b byte) bool { return b == 0 || b == 0xff }
