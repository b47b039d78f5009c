package memo

import "encoding/binary"

// Result is what a command has printed and how it has ended.
type Result struct {
	Code           int
	Stdout, Stderr []byte
}

// fingerprint is the type of all results, as the entries of package lru have one.
const fingerprint = 0x6c72756361636865 // "lrucache"

// pack returns r as bytes.
func (r Result) pack() []byte {
	b := binary.AppendUvarint(nil, uint64(r.Code))
	b = binary.AppendUvarint(b, uint64(len(r.Stdout)))
	return append(append(b, r.Stdout...), r.Stderr...)
}

// unpack reads what pack has written.
func unpack(b []byte) (Result, bool) {
	code, n := binary.Uvarint(b)
	if n <= 0 || code > 255 {
		return Result{}, false
	}
	b = b[n:]
	length, n := binary.Uvarint(b)
	if n <= 0 || length > uint64(len(b)-n) {
		return Result{}, false
	}
	b = b[n:]
	return Result{Code: int(code), Stdout: b[:length], Stderr: b[length:]}, true
}
