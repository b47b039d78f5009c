package literal

import (
	"encoding/hex"
)

// AppendUUID writes 16 bytes in the form of RFC 9562.
func AppendUUID(b, id []byte) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:16]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// ParseUUID reads what AppendUUID writes, and nothing else.
func ParseUUID(text []byte) ([]byte, bool) {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return nil, false
	}
	id := make([]byte, 0, 16)
	for _, span := range [][2]int{{0, 8}, {9, 13}, {14, 18}, {19, 23}, {24, 36}} {
		var err error
		if id, err = hex.AppendDecode(id, text[span[0]:span[1]]); err != nil {
			return nil, false
		}
	}
	return id, string(AppendUUID(nil, id)) == string(text)
}
