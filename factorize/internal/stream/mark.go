package stream

import (
	"bytes"
	"errors"
)

// mark is what editors and spreadsheets put at the start of UTF-8 text.
const mark = "\xef\xbb\xbf"

// errUTF16 is the error for what PowerShell's > once wrote.
var errUTF16 = errors.New(
	"the input is UTF-16, not UTF-8 (save it as UTF-8, in PowerShell with Out-File -Encoding utf8)",
)

// withoutMark takes the mark off the start of the input. It asks for more only if that may be a part of the mark:
// whoever types a number waits for its answer.
func withoutMark(start []byte) (rest []byte, more bool, err error) {
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}), bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		return nil, false, errUTF16
	case bytes.HasPrefix(start, []byte(mark)):
		return start[len(mark):], false, nil
	}
	return start, len(start) < len(mark) && bytes.HasPrefix([]byte(mark), start), nil
}
