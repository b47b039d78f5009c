package command

import (
	"testing"
	"time"
)

// A time zone is a name, a file or a rule; nonsense is told from all of them.
func TestZones(t *testing.T) {
	winter, summer := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		tz             string
		known          bool
		winter, summer string
	}{
		{"EET-2EEST,M3.5.0/3,M10.5.0/4", true, "14:00", "15:00"},
		{"<+02>-2", true, "14:00", "14:00"},
		{"NPT-5:45", true, "17:45", "17:45"},
		{"EST5EDT,M3.2.0,M11.1.0", true, "07:00", "08:00"},
		{"Europe/Kyiv", true, "14:00", "15:00"},
		{"Nope/Zone", false, "", ""},
		{"nonsense", false, "", ""},
		{"EET-2EEST,nonsense", false, "", ""},
	} {
		location, known := loadZone(test.tz)
		if known != test.known {
			t.Errorf("%s: known %v", test.tz, known)
			continue
		}
		if !known {
			continue
		}
		if got := winter.In(location).Format("15:04"); got != test.winter {
			t.Errorf("%s: %s in winter, not %s", test.tz, got, test.winter)
		}
		if got := summer.In(location).Format("15:04"); got != test.summer {
			t.Errorf("%s: %s in summer, not %s", test.tz, got, test.summer)
		}
	}
	for tz, known := range map[string]bool{"": true, ":Europe/Kyiv": true, "/etc/localtime": true, "Nope/Zone": false} {
		if _, got := environmentZone(tz); got != known {
			t.Errorf("TZ=%s: known %v", tz, got)
		}
	}
}
