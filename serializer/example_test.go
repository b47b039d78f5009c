package serializer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/serializer"
)

func Example() {
	type person struct {
		Name string
		Age  float64
		Tags map[string]bool
	}
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "ivan.cbor")
	if err := serializer.Save(path, person{"Іван", 41, map[string]bool{"poet": true}}); err != nil {
		panic(err)
	}
	back := person{Age: 1} // what the file does not mention stays
	if err := serializer.Load(path, &back); err != nil {
		panic(err)
	}
	fmt.Println(back.Name, back.Age, back.Tags["poet"])
	// Output: Іван 41 true
}

func ExampleConvert() {
	in := strings.NewReader(`{"id": 12345678901234567890, "tags": {"$set": ["a"]}}`)
	options := serializer.Options{From: serializer.FormatJSON, To: serializer.FormatJSON, Lossy: []string{"set"}}
	if err := serializer.Convert(os.Stdout, in, options); err != nil {
		panic(err)
	}
	// Output: {"id":12345678901234567890,"tags":["a"]}
}

func ExampleNext() {
	type visit struct {
		Page string `json:"page"`
		N    int    `json:"n"`
	}
	lines := strings.NewReader("{\"page\":\"/\",\"n\":2}\n{\"page\":\"/about\",\"n\":1}\n")
	visits := serializer.Next[visit](lines, serializer.FormatJSONLines, serializer.ReaderOptions{}, serializer.Types{})
	for v, err := range visits {
		if err != nil {
			panic(err)
		}
		fmt.Println(v.Page, v.N)
	}
	// Output:
	// / 2
	// /about 1
}

func ExampleHook() {
	r := serializer.NewRegistry()
	serializer.Hook(r,
		func(b strings.Builder) (serializer.Value, error) { return serializer.String(b.String()), nil },
		func(v serializer.Value) (b strings.Builder, err error) { b.WriteString(v.Text()); return b, nil })
	text, err := serializer.JSON{Types: serializer.Types{Registry: r}}.Marshal(map[string]any{"built": strings.Builder{}})
	fmt.Println(string(text), err)
	// Output: {"built":""} <nil>
}

// What takes a registry takes that of the process too, which Register fills.
func ExampleDefaultRegistry() {
	type temperature struct{ Celsius float64 }
	one, _ := serializer.RegisterIn[temperature](serializer.DefaultRegistry(), "example.temperature")
	other, _ := serializer.Register[temperature]("example.temperature")
	fmt.Println(one == other)
	// Output: true
}

func ExampleDifferences() {
	read := func(text string) (v serializer.Value) {
		if err := (serializer.JSON{}).Decode(strings.NewReader(text), &v); err != nil {
			panic(err)
		}
		return v
	}
	before, after := read(`{"name": "Іван", "tags": ["poet", "teacher"]}`), read(`{"tags": ["poet"], "name": "Ivan"}`)
	serializer.Differences(before, after, true, func(m serializer.Mismatch) bool {
		fmt.Println(m.Path)
		return true
	})
	// Output:
	// $.name
	// $.tags[1]
}
