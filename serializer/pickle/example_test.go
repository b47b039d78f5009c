package pickle_test

import (
	"fmt"
	"strings"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle"
)

// A program that appends to a file writes one pickle after the other.
func ExampleReadAll() {
	values, err := pickle.ReadAll(strings.NewReader("I1\n.I2\n."), serializer.Limits{})
	if err != nil {
		panic(err)
	}
	fmt.Println(len(values), values[0].Kind() == values[1].Kind())
	// Output: 2 true
}

func ExampleNewReader() {
	r, err := pickle.NewReader(strings.NewReader("(lp0\nI7\na."), serializer.Limits{})
	if err != nil {
		panic(err)
	}
	v, err := serializer.ReadValue(r)
	if err != nil {
		panic(err)
	}
	fmt.Println(v.Len())
	// Output: 1
}
