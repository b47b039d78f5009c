package rule

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"
)

// searched is how many bytes of a picture are searched for its EXIF data.
const searched = 256 << 10

// The tags of EXIF that tell when a picture was taken (EXIF 2.3, 4.6).
const (
	tagDateTime         = 0x0132
	tagExif             = 0x8769
	tagDateTimeOriginal = 0x9003
)

// Taken returns when a picture was taken, as its EXIF data say, in the camera's local time; zero if they do not.
// Pictures may be hostile: an offset beyond what was read is ignored.
func Taken(r io.ReaderAt) time.Time {
	data := make([]byte, searched)
	n, _ := r.ReadAt(data, 0) // a shorter file ends earlier
	data = data[:n]
	if at := takenOf(data); !at.IsZero() { // TIFF and most raw formats
		return at
	}
	for rest := data; ; {
		i := bytes.Index(rest, []byte("Exif\x00\x00"))
		if i < 0 {
			return time.Time{}
		}
		rest = rest[i+6:]
		if at := takenOf(rest); !at.IsZero() {
			return at
		}
	}
}

// takenOf reads a TIFF structure.
func takenOf(tiff []byte) time.Time {
	if len(tiff) < 8 {
		return time.Time{}
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00", "IIRO", "IIU\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return time.Time{}
	}
	d := directory{tiff: tiff, order: order, at: order.Uint32(tiff[4:])}
	inner := directory{tiff: tiff, order: order, at: d.number(tagExif)}
	for _, text := range []string{inner.text(tagDateTimeOriginal), d.text(tagDateTimeOriginal), d.text(tagDateTime)} {
		if at, err := time.Parse("2006:01:02 15:04:05", text); err == nil && at.Year() > 1800 {
			return at
		}
	}
	return time.Time{}
}

// directory is an image file directory of TIFF.
type directory struct {
	tiff  []byte
	order binary.ByteOrder
	at    uint32
}

// find returns the twelve bytes of an entry.
func (d directory) find(tag uint16) []byte {
	if d.at == 0 || int64(d.at)+2 > int64(len(d.tiff)) {
		return nil
	}
	count := int(d.order.Uint16(d.tiff[d.at:]))
	entries := d.tiff[d.at+2:]
	for i := 0; i < count && len(entries) >= 12; i++ {
		if d.order.Uint16(entries) == tag {
			return entries[:12]
		}
		entries = entries[12:]
	}
	return nil
}

func (d directory) number(tag uint16) uint32 {
	if e := d.find(tag); e != nil {
		return d.order.Uint32(e[8:])
	}
	return 0
}

func (d directory) text(tag uint16) string {
	e := d.find(tag)
	if e == nil || d.order.Uint16(e[2:]) != 2 {
		return ""
	}
	n, at := int64(d.order.Uint32(e[4:])), int64(d.order.Uint32(e[8:]))
	if n < 19 || n > 64 || at+n > int64(len(d.tiff)) {
		return ""
	}
	return string(d.tiff[at : at+19])
}
