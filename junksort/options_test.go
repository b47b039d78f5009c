package junksort

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The options of a run come back from the journal exactly, whatever bytes they have.
func TestOptionsFields(t *testing.T) {
	want, err := Options{
		To: "/a\n=b\xff", By: ByExtension, Engine: Async, Workers: 7, OnConflict: Dedupe, Transliterate: true, Unpack: true,
		Durable:  true,
		Portable: true, Lossy: true, Hidden: true, Force: true, Include: []string{"*.jpg", "a=b/*"},
		Exclude: []string{"\xff"}, MinAge: 90e9, Categories: "[categories]\n",
	}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	got, err := optionsOf(want.fields())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Options{})); diff != "" {
		t.Error(diff)
	}
}
