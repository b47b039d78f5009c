package schooldb

import (
	"errors"
	"testing"
)

// What spreadsheets write into cells.
func TestCells(t *testing.T) {
	for text, want := range map[string]string{
		"2026-06-01": "2026-06-01", "01.06.2026": "2026-06-01", "1.6.2026": "2026-06-01", "01.06.26": "2026-06-01",
		"01.06.99":            "2099-06-01",
		"2026-06-01 00:00:00": "2026-06-01", "2026-06-01T00:00:00Z": "2026-06-01", "01.06.2026 0:00": "2026-06-01",
		" 01.06.2026\u00a0": "2026-06-01",
		"46174":             "2026-06-01", "46174.5": "2026-06-01", "61": "1900-03-01", "2026/6/1": "2026-06-01",
		"60": "", "2958466": "", "32.01.2026": "", "2026-06-01 noon": "", "": "", "0000-01-01": "", "01/06/2026": "",
		"20260601": "",
	} {
		got, err := cellDay([]byte(text), false)
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	if day, err := cellDay([]byte("44712"), true); day != "2026-06-01" || err != nil {
		t.Errorf("counted from 1904: %q, %v", day, err)
	}
	for text, want := range map[string]Mark{
		"8.500": 850, " 8,5 ": 850, "7,0": 700, "10.00": 1000, "'9": 900, "8.505": -1, "8.": -1, "": -1, "x": -1,
	} {
		if got, err := cellMark([]byte(text)); err == nil && got != want || (err == nil) != (want >= 0) {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]int64{"1.0": 1, " 7 ": 7, "12,00": 12, "1.5": 0, "0": 0, "-1": 0, "": 0} {
		if got, err := cellID([]byte(text)); err == nil && got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
}

// A name is looked for exactly first, then without regard to case, blanks and apostrophes.
func TestNames(t *testing.T) {
	s := openMigrated(t, "sqlite::memory:")
	for _, name := range []string{"Зоряна", "ЗОРЯНА", "Мар’яна"} {
		if _, err := s.Add(t.Context(), &Group{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]int64{"Зоряна": 1, "ЗОРЯНА": 2, "мар'яна ": 3, "7": 7} {
		if got, err := s.Find(t.Context(), GroupKind, text, 0); got != want || err != nil {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	if _, err := s.Find(t.Context(), GroupKind, "зоряна", 0); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("two of a name: %v", err)
	}
	if _, err := s.Find(t.Context(), GroupKind, "Ніхто", 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("none of a name: %v", err)
	}
}
