package cbor

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// TestStringReferences reads what cbor2 writes with string_referencing=True; the right-hand sides are what cbor2 reads.
func TestStringReferences(t *testing.T) {
	for in, want := range map[string]string{
		"d90100a3666262626262626c66697273742d737472696e67666161616161616c7365636f6e642d7374726e67" +
			"6663636363636382d81903d81901": "" +
			"a3666262626262626c66697273742d737472696e67666161616161616c7365636f6e642d7374726e67" +
			"66636363636363826c7365636f6e642d7374726e676c66697273742d737472696e67",
		"d9010084c24301020364616263646465666768d81901":       "841a00010203646162636464656667686461626364",
		"d901008464616161617f626262626262ff6463636363d81901": "846461616161646262626264636363636463636363",
		"d9010082d90100826461616161d819006462626262":         "8282646161616164616161616462626262",
		"d9010083446161616163626262d81900":                   "834461616161636262624461616161",
		"d81900":                                             "d81900",
	} {
		data, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = event.Copy(NewWriter(&out), NewReader(wire.MemorySource(data), event.Options{}))
		if got := hex.EncodeToString(out.Bytes()); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"d90100d81900", "d9010082d8190063616161", "d90100d8196161"} {
		data, _ := hex.DecodeString(in)
		if err := event.Copy(event.Discard, NewReader(wire.MemorySource(data), event.Options{})); err == nil {
			t.Errorf("%s is taken", in)
		}
	}
}
