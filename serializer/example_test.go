package serializer_test

import (
	"bytes"
	"fmt"
	"time"

	"github.com/pythonweb/goweb/serializer"
)

// The first call is Encode or Decode of a format; Save and Load are the same for files, by their name's end.
func Example() {
	type contact struct {
		Name string    `json:"name"`
		Born time.Time `json:"born"`
	}
	before := contact{Name: "Леся", Born: time.Date(1871, time.February, 25, 0, 0, 0, 0, time.UTC)}
	for _, format := range []serializer.Serializer{serializer.JSON{}, serializer.Binary{}} {
		var document bytes.Buffer
		if err := format.Encode(&document, before); err != nil {
			fmt.Println(err)
			return
		}
		var after contact
		if err := format.Decode(&document, &after); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(format.Name(), after.Name, after.Born.Equal(before.Born))
	}
	// Output:
	// json Леся true
	// cbor Леся true
}
