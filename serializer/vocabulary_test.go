package serializer_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer"
)

// TestVocabulary checks that every format of the vocabulary is complete: its names are its own, and what it writes it
// reads, also as Convert and Canonical find it by name.
func TestVocabulary(t *testing.T) {
	seen := map[string]serializer.Format{}
	for _, f := range serializer.AllFormats() {
		if f.Description() == "" || len(f.Extensions()) == 0 {
			t.Errorf("%s has no description or no extension", f)
		}
		for _, ext := range f.Extensions() {
			if other, taken := seen[ext]; taken {
				t.Errorf("%s means %s and %s", ext, other, f)
			}
			seen[ext] = f
			if found, err := serializer.FormatOf("a" + ext); found != f || err != nil {
				t.Errorf("a%s is %s, %v", ext, found, err)
			}
		}
		var there, back bytes.Buffer
		const json = serializer.FormatJSON
		err := serializer.Convert(&there, strings.NewReader("[1]"), serializer.Options{From: json, To: f})
		if err == nil {
			err = serializer.Convert(&back, bytes.NewReader(there.Bytes()), serializer.Options{From: f, To: json})
		}
		if err != nil || back.String() != "[1]\n" {
			t.Errorf("%s: [1] is written as %q and comes back as %q, %v", f, &there, &back, err)
		}
		if text := there.Bytes()[there.Len()-1] == '\n'; text != f.Text() {
			t.Errorf("%s is text: %v, and writes %q", f, f.Text(), &there)
		}
		err = serializer.Canonical(io.Discard, f, &there, serializer.Limits{})
		if f.Canonical() != (err == nil) {
			t.Errorf("%s has a canonical form: %v, and then %v", f, f.Canonical(), err)
		}
	}
	for _, known := range serializer.Serializers() {
		if seen[known.Extensions()[0]] != serializer.Format(known.Name()) {
			t.Errorf("%s is none of the formats", known.Name())
		}
	}
	if err := serializer.Save(filepath.Join(t.TempDir(), "a.diag"), 1); !errors.Is(err, serializer.ErrUnknownFormat) {
		t.Errorf("saved as diag: %v", err)
	}
	const none = serializer.Format("none")
	_, err := serializer.NewReader(none, nil, nil, serializer.ReaderOptions{})
	if !errors.Is(err, serializer.ErrUnknownFormat) {
		t.Error(err)
	}
	if none.Text() || none.Canonical() || none.Sequence() {
		t.Error("an unknown format has properties")
	}
}
