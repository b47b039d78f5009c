package serializer_test

import (
	"bytes"
	"container/list"
	"reflect"
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

type v1 struct{ Phone string }

type v2 struct{ Tel, Country string }

// TestMigrations reads the file of an older class, from another registry, with a renamed field and a new name.
func TestMigrations(t *testing.T) {
	old, now := serializer.NewRegistry(), serializer.NewRegistry()
	if _, err := serializer.RegisterIn[v1](old, "contact"); err != nil {
		t.Fatal(err)
	}
	if n, err := serializer.RegisterIn[*v2](now, "contact/2"); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	if _, ok := serializer.NumberIn(now, v1{}); ok {
		t.Error("one registry knows the classes of another")
	}
	if err := now.Migrate("contact", "contact/1.5", serializer.RenameField("Phone", "Tel")); err != nil {
		t.Fatal(err)
	}
	if err := now.Migrate("contact/1.5", "contact/2", func(state serializer.Value) (serializer.Value, error) {
		tel, phone := state.Pair(0)
		return serializer.Map(tel, phone, serializer.String("Country"), serializer.String("UA")), nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := now.Migrate("contact/2", "contact", serializer.RenameField("a", "b")); err == nil {
		t.Error("migrations in a circle")
	}
	for _, s := range []struct{ write, read serializer.Serializer }{
		{serializer.JSON{Types: serializer.Types{Registry: old}}, serializer.JSON{Types: serializer.Types{Registry: now}}},
		{
			serializer.Binary{Types: serializer.Types{Registry: old}}, serializer.Binary{Types: serializer.Types{Registry: now}},
		},
	} {
		var b bytes.Buffer
		if err := s.write.Encode(&b, []any{v1{"1"}, "x"}); err != nil {
			t.Fatal(err)
		}
		var back []any
		if err := s.read.Decode(&b, &back); err != nil || !reflect.DeepEqual(back, []any{&v2{"1", "UA"}, "x"}) {
			t.Errorf("%v, %v", back, err)
		}
	}
	hooked := serializer.NewRegistry()
	serializer.Hook(hooked,
		func(v list.List) (serializer.Value, error) { return serializer.Int(int64(v.Len())), nil },
		func(v serializer.Value) (list.List, error) {
			var l list.List
			for n, _ := v.Int(); n > 0; n-- {
				l.PushBack(n)
			}
			return l, nil
		})
	codec := serializer.JSON{Types: serializer.Types{Registry: hooked}}
	var l list.List
	if err := codec.Unmarshal([]byte("3"), &l); err != nil || l.Len() != 3 {
		t.Errorf("%d, %v", l.Len(), err)
	}
	if text, err := codec.Marshal(&l); err != nil || string(text) != "3" {
		t.Errorf("%s, %v", text, err)
	}
}
