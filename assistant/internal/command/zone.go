package command

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"time"
)

// environmentZone returns the zone of the variable TZ, of which package time knows names and files only, and none of
// the rules that routers and containers have: EET-2EEST,M3.5.0/3,M10.5.0/4. It reports whether the value is understood.
func environmentZone(tz string) (*time.Location, bool) {
	name := strings.TrimPrefix(tz, ":")
	if name == "" || filepath.IsAbs(name) {
		return time.Local, true
	}
	if _, err := time.LoadLocation(name); err == nil {
		return time.Local, true
	}
	return loadZone(name)
}

// loadZone returns the zone of a name or of a rule of POSIX (IEEE Std 1003.1, section 8.3).
func loadZone(name string) (*time.Location, bool) {
	if location, err := time.LoadLocation(name); err == nil {
		return location, true
	}
	location, err := time.LoadLocationFromTZData(name, zoneFile(name))
	if err != nil {
		return time.Local, false
	}
	// A rule that is none leaves the zone of the file.
	if zone, _ := time.Unix(0, 0).In(location).Zone(); zone == unknownZone {
		return time.Local, false
	}
	return location, true
}

// unknownZone is the abbreviation of the only zone of a [zoneFile].
const unknownZone = "-00"

// zoneFile returns a file of the form TZif, version 2 (RFC 9636): one change of time long ago, after which the rule
// holds.
func zoneFile(rule string) []byte {
	part := func(sizeOfTime int, data ...any) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		// Numbers of UT indicators, standard indicators, leap seconds, changes, zones, letters of abbreviations.
		for _, n := range []uint32{0, 0, 0, 1, 1, uint32(len(unknownZone) + 1)} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		longAgo := int64(-1 << 31)
		b = append(b, binary.BigEndian.AppendUint64(nil, uint64(longAgo))[8-sizeOfTime:]...)
		b = append(b, 0)                // the zone from then on
		b = append(b, 0, 0, 0, 0, 0, 0) // its offset, that it is not summer time, and its abbreviation
		return append(b, unknownZone+"\x00"...)
	}
	return append(append(part(4), part(8)...), "\n"+rule+"\n"...)
}
