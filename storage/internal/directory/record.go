//go:build unix

package directory

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/pythonweb/goweb/storage/internal/entry"
)

// kind is the kind of a record of the journal.
type kind byte

const (
	kindBase     kind = 'b' // the journal was rewritten; number is its length in bytes then
	kindCapacity kind = 'k' // number is how many outputs are remembered at most, -1 for any number
	kindHits     kind = 'h' // number of hits more
	kindMisses   kind = 'm' // number of misses more
	kindUse      kind = 'u' // the member is the most recently used one
	kindForget   kind = 'f' // the member was removed
)

// recordSize is the length of a record: two bytes of magic, one for its kind, one that is 0, the member, the number and
// a CRC-32C, numbers in big-endian order. A record is written by one call, at the end of the file.
const (
	recordSize = 4 + len(member{}) + 8 + 4
	recordMark = "\xf1\x01" // the second byte is the version
)

// record is a line of the journal.
type record struct {
	kind   kind
	member member
	number int64
}

// append writes r to b.
func (r record) append(b []byte) []byte {
	start := len(b)
	b = append(append(b, recordMark...), byte(r.kind), 0)
	b = append(b, r.member[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.number))
	return binary.BigEndian.AppendUint32(b, entry.Checksum(b[start:]))
}

// recordIn decodes the record at the start of b.
func recordIn(b []byte) (r record, ok bool) {
	if len(b) < recordSize || string(b[:2]) != recordMark {
		return r, false
	}
	end := recordSize - 4
	if binary.BigEndian.Uint32(b[end:]) != entry.Checksum(b[:end]) {
		return r, false
	}
	r.kind = kind(b[2])
	copy(r.member[:], b[4:])
	r.number = int64(binary.BigEndian.Uint64(b[end-8:]))
	return r, true
}

// state is the sum of what a journal says.
type state struct {
	based        bool // the journal was rewritten at least once, and so the folder searched
	capacity     int64
	capacitySet  bool
	hits, misses int64
	uses         map[member]int64 // number of the last use
	last         int64
}

// replay reads a journal. What is not a valid record, such as one whose end did not fit on the disk, is skipped.
func replay(journal []byte) *state {
	s := &state{uses: map[member]int64{}}
	for len(journal) >= recordSize {
		r, ok := recordIn(journal)
		if !ok {
			journal = journal[1:]
			continue
		}
		s.apply(r)
		journal = journal[recordSize:]
	}
	return s
}

func (s *state) apply(r record) {
	switch r.kind {
	case kindBase:
		s.based = true
	case kindCapacity:
		s.capacity, s.capacitySet = r.number, true
	case kindHits:
		s.hits += r.number
	case kindMisses:
		s.misses += r.number
	case kindUse:
		s.last++
		s.uses[r.member] = s.last
	case kindForget:
		delete(s.uses, r.member)
	}
}

// oldest returns the n members used longest ago, the oldest first.
func (s *state) oldest(n int) []member {
	if n == 1 { // by far the most frequent case: no need to sort
		var first member
		least := s.last + 1
		for m, use := range s.uses {
			if use < least {
				first, least = m, use
			}
		}
		return []member{first}
	}
	return s.order()[:n]
}

// order returns the members, the one used longest ago first.
func (s *state) order() []member {
	return slices.SortedFunc(maps.Keys(s.uses), func(a, b member) int { return int(s.uses[a] - s.uses[b]) })
}

// journal returns the shortest journal that describes s.
func (s *state) journal() []byte {
	b := make([]byte, 0, (4+len(s.uses))*recordSize)
	records := 3 + len(s.uses)
	if s.capacitySet {
		records++
	}
	b = record{kind: kindBase, number: int64(records * recordSize)}.append(b)
	if s.capacitySet {
		b = record{kind: kindCapacity, number: s.capacity}.append(b)
	}
	b = record{kind: kindHits, number: s.hits}.append(b)
	b = record{kind: kindMisses, number: s.misses}.append(b)
	for _, m := range s.order() {
		b = record{kind: kindUse, member: m}.append(b)
	}
	return b
}
