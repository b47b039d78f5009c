package stream

import (
	"strconv"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

func TestAppendItem(t *testing.T) {
	var buffer, want []byte
	check := func(n uint64) {
		buffer = appendItem(append(buffer[:0], 'x'), n)
		want = strconv.AppendUint(append(want[:0], "x "...), n, 10)
		if string(buffer) != string(want) {
			t.Fatalf("%s, want %s", buffer, want)
		}
	}
	step := uint64(consoletest.Count(997, 7))
	for n := uint64(1); n < 1e8; n += step {
		check(n)
	}
	for n := uint64(1); n < 20000; n++ {
		check(n)
	}
	for n := uint64(1); n < 1<<63; n = n*3 + 1 {
		check(n)
		check(^n)
	}
	for p := uint64(10); p < 1e19; p *= 10 {
		check(p - 1)
		check(p)
		check(p + 1)
	}
}
