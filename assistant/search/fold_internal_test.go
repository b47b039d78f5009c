package search

import "testing"

// A text of ASCII and Cyrillic letters folds to the same the quick way as any other text, whatever stands in it.
func TestFoldCyrillic(t *testing.T) {
	quick := 0
	for r := rune(0); r < 0x3000; r++ {
		for _, text := range []string{
			string(r), "а" + string(r) + "Й", "  Ї" + string(r) + " " + string(r), "и" + string(r),
		} {
			got, ok := foldCyrillic(text)
			if !ok {
				continue
			}
			quick++
			if want := foldAny(text); got != want {
				t.Errorf("%+q folds to %q, not %q", text, got, want)
			}
		}
	}
	if _, ok := foldCyrillic("и\u0306"); ok || quick < 1000 {
		t.Errorf("%d texts are folded the quick way, or one that composes is", quick)
	}
	if _, ok := foldCyrillic("а\xff"); ok {
		t.Error("bytes that are no text are folded the quick way")
	}
}
