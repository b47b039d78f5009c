package command

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"time"
)

// environmentZone returns the zone in the variable TZ. Package time understands only names and files there, and not the
// rules that routers and containers have: EET-2EEST,M3.5.0/3,M10.5.0/4. It reports whether the value is understood.
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

// loadZone returns the zone for a name or a POSIX rule (IEEE Std 1003.1, section 8.3).
func loadZone(name string) (*time.Location, bool) {
	if location, err := time.LoadLocation(name); err == nil {
		return location, true
	}
	location, err := time.LoadLocationFromTZData(name, zoneFile(name))
	if err != nil {
		return time.Local, false
	}
	// An invalid rule leaves the zone of the file in place.
	if zone, _ := time.Unix(0, 0).In(location).Zone(); zone == unknownZone {
		return time.Local, false
	}
	return location, true
}

// unknownZone is the abbreviation of the only zone of a [zoneFile].
const unknownZone = "-00"

// zoneFile returns a TZif file, version 2 (RFC 9636): one transition long ago, after which the rule applies.
func zoneFile(rule string) []byte {
	part := func(sizeOfTime int, data ...any) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		// The numbers of UT indicators, standard indicators, leap seconds, transitions, zones, and bytes of abbreviations.
		for _, n := range []uint32{0, 0, 0, 1, 1, uint32(len(unknownZone) + 1)} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		longAgo := int64(-1 << 31)
		b = append(b, binary.BigEndian.AppendUint64(nil, uint64(longAgo))[8-sizeOfTime:]...)
		b = append(b, 0)                // the zone from then on
		b = append(b, 0, 0, 0, 0, 0, 0) // its offset, no daylight saving time, and its abbreviation
		return append(b, unknownZone+"\x00"...)
	}
	return append(append(part(4), part(8)...), "\n"+rule+"\n"...)
}
