package duration_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/duration"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"2d": 48 * time.Hour, "1d12h": 36 * time.Hour, "1w": 168 * time.Hour,
		"1w2d3h4m5s6ms": 219*time.Hour + 4*time.Minute + 5006*time.Millisecond,
		"1.5d":          36 * time.Hour, "0": 0, "0d": 0, "90s": 90 * time.Second, "1m30s": 90 * time.Second,
		"-1d":     -24 * time.Hour,
		"-1s":     -time.Second,
		"100000d": 2400000 * time.Hour, "250us": 250 * time.Microsecond, ".5d": 12 * time.Hour,
	} {
		if got, err := duration.Parse(text); got != want || err != nil {
			t.Errorf("%s is %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "-", "d", "1", "30", "1d1w", "1d1d", "1d-1h", "1d+1h", "--1d", "-+1s", "1e3d", "infd", "nand", "1x", "1 d",
		"200000d", "16000w", "106751d24h",
		"1d12", "0x1d", "12h1d",
	} {
		if got, err := duration.Parse(text); !errors.Is(err, duration.ErrInvalid) {
			t.Errorf("%q is %v (%v)", text, got, err)
		}
	}
}

func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.FixedZone("", 2*60*60))
	for text, want := range map[string]string{
		"2h": "2026-11-29T10:00:00+02:00", "1d12h": "2026-11-28T00:00:00+02:00", "0": "2026-11-29T12:00:00+02:00",
		"2026-11-28": "2026-11-28T00:00:00+02:00", "2026-11-28 14:30": "2026-11-28T14:30:00+02:00",
		"2026-11-28T14:30": "2026-11-28T14:30:00+02:00", "2026-11-28 14:30:15": "2026-11-28T14:30:15+02:00",
		"2026-11-28T14:30:15Z": "2026-11-28T14:30:15Z",
	} {
		if got, err := duration.Since(text, now); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s is %v (%v), want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1h", "yesterday", "2026-02-30", "28.11.2026", "14:30"} {
		if got, err := duration.Since(text, now); !errors.Is(err, duration.ErrNoTime) {
			t.Errorf("%q is %v (%v)", text, got, err)
		}
	}
}

// What package time reads is the same here.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1d2h", "1h2m3.5s", "-3w", "9223372036s", "106751d23h47m16s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := duration.Parse(text)
		if want, plain := time.ParseDuration(text); plain == nil && err == nil && got != want {
			t.Errorf("%q is %v, for package time %v", text, got, want)
		}
		if again, wrong := duration.Parse(got.String()); err == nil && (wrong != nil || again != got) && got != -1<<63 {
			t.Errorf("%q is %v, which is %v (%v)", text, got, again, wrong)
		}
	})
}

func ExampleParse() {
	length, _ := duration.Parse("1d12h")
	fmt.Println(length)
	// Output: 36h0m0s
}

func ExampleSince() {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	at, _ := duration.Since("2h", now)
	fmt.Println(at)
	// Output: 2026-11-29 10:00:00 +0000 UTC
}
