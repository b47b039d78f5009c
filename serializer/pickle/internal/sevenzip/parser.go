package sevenzip

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
)

// The IDs with which the parts of a header begin.
const (
	idEnd           = 0x00
	idHeader        = 0x01
	idProperties    = 0x02
	idMoreStreams   = 0x03
	idMainStreams   = 0x04
	idFiles         = 0x05
	idPacked        = 0x06
	idUnpacked      = 0x07
	idFilesIn       = 0x08
	idSizes         = 0x09
	idChecksums     = 0x0a
	idFolders       = 0x0b
	idUnpackedSizes = 0x0c
	idCounts        = 0x0d
	idEmpty         = 0x0e
	idNames         = 0x11
	idEncodedHeader = 0x17
)

// A parser reads a header. After an error it is broken, and returns zero for everything.
type parser struct {
	b      []byte
	broken bool
}

func (p *parser) take(n uint64) []byte {
	if n > uint64(len(p.b)) {
		p.broken, p.b = true, nil
		return nil
	}
	taken := p.b[:n:n]
	p.b = p.b[n:]
	return taken
}

func (p *parser) byte() byte {
	if b := p.take(1); b != nil {
		return b[0]
	}
	return 0
}

// number reads a number. The leading ones of its first byte say how many bytes follow.
func (p *parser) number() uint64 {
	first := p.byte()
	more := bits.LeadingZeros8(^first)
	var low [8]byte
	copy(low[:], p.take(uint64(more)))
	n := binary.LittleEndian.Uint64(low[:])
	if more < 7 {
		n |= uint64(first&(0x7f>>more)) << (8 * more)
	}
	return n
}

// count reads the number of items that follow, each of which takes at least bitsEach bits.
func (p *parser) count(bitsEach uint64) int {
	n := p.number()
	if n > 8*uint64(len(p.b))/bitsEach {
		p.broken, p.b = true, nil
		return 0
	}
	return int(n)
}

func (p *parser) numbers(n int) []uint64 {
	all := make([]uint64, n)
	for i := range all {
		all[i] = p.number()
	}
	return all
}

// bits reads n booleans.
func (p *parser) bits(n int) []bool {
	packed := p.take((uint64(n) + 7) / 8)
	all := make([]bool, n)
	for i := range all {
		all[i] = packed != nil && packed[i/8]&(0x80>>(i%8)) != 0
	}
	return all
}

// checksums skips the checksums of n streams, since a wrong one must hide nothing, and returns which streams have one.
func (p *parser) checksums(n int) []bool {
	var checked []bool
	if p.byte() == 0 {
		checked = p.bits(n)
	} else {
		checked = slices.Repeat([]bool{true}, n)
	}
	for _, is := range checked {
		if is {
			p.take(4)
		}
	}
	return checked
}

// header reads the names of the files that have content, and where the content is.
func (p *parser) header() (names []string, s *streams) {
	s = &streams{}
	for !p.broken {
		switch p.byte() {
		case idEnd:
			return names, s
		case idProperties:
			for p.byte() != idEnd && !p.broken {
				p.take(p.number())
			}
		case idMoreStreams:
			p.streams()
		case idMainStreams:
			s = p.streams()
		case idFiles:
			names = p.files()
		default:
			p.broken = true
		}
	}
	return nil, s
}

// files reads the names of the files that have content.
func (p *parser) files() []string {
	n := p.count(16) // a name takes two bytes at least
	var empty []bool
	var names []string
	for !p.broken {
		id := p.byte()
		if id == idEnd {
			break
		}
		part := &parser{b: p.take(p.number())}
		switch id {
		case idEmpty:
			empty = part.bits(n)
		case idNames:
			part.byte() // whether they are stored elsewhere, which nobody writes
			names = part.names(n)
		}
		p.broken = p.broken || part.broken
	}
	full := names[:0]
	for i, name := range names {
		if i >= len(empty) || !empty[i] {
			full = append(full, name)
		}
	}
	return full
}

// names reads zero-terminated texts in UTF-16.
func (p *parser) names(n int) []string {
	var all []string
	var units []uint16
	for len(all) < n && !p.broken {
		b := p.take(2)
		if b == nil {
			break
		}
		if unit := binary.LittleEndian.Uint16(b); unit != 0 {
			units = append(units, unit)
			continue
		}
		all = append(all, string(utf16.Decode(units)))
		units = units[:0]
	}
	return all
}

func (p *parser) streams() *streams {
	s := &streams{}
	for !p.broken {
		switch p.byte() {
		case idEnd:
			return s
		case idPacked:
			p.packed(s)
		case idUnpacked:
			p.unpacked(s)
		case idFilesIn:
			p.filesIn(s)
		default:
			p.broken = true
		}
	}
	return s
}

func (p *parser) packed(s *streams) {
	s.start = p.number()
	n := p.count(8)
	for !p.broken {
		switch p.byte() {
		case idEnd:
			return
		case idSizes:
			s.packed = p.numbers(n)
		case idChecksums:
			p.checksums(n)
		default:
			p.broken = true
		}
	}
}

func (p *parser) unpacked(s *streams) {
	for !p.broken {
		switch p.byte() {
		case idEnd:
			return
		case idFolders:
			n := p.count(16)
			p.broken = p.byte() != 0 || p.broken // stored elsewhere, which nobody writes
			for range n {
				s.folders = append(s.folders, p.folder())
			}
		case idUnpackedSizes:
			for i := range s.folders {
				f := &s.folders[i]
				for j := range f.coders {
					f.coders[j].size = p.number()
				}
				f.size = f.coders[f.last].size
				f.files = []uint64{f.size}
			}
		case idChecksums:
			for i, checked := range p.checksums(len(s.folders)) {
				s.folders[i].checked = checked
			}
		default:
			p.broken = true
		}
	}
}

func (p *parser) folder() folder {
	var f folder
	in, out := uint64(0), uint64(0)
	for range p.count(8) {
		head := p.byte()
		c := coder{method: string(p.take(uint64(head & 0x0f)))}
		ins, outs := uint64(1), uint64(1)
		if head&0x10 != 0 {
			ins, outs = uint64(p.count(1)), uint64(p.count(1))
		}
		if head&0x20 != 0 {
			c.properties = p.take(p.number())
		}
		in, out = in+ins, out+outs
		f.coders = append(f.coders, c)
	}
	if p.broken || out == 0 || out > uint64(len(f.coders)) || in < out-1 {
		p.broken = true // a coder with several outputs, which no program makes
		return f
	}
	pairs := p.numbers(int(2 * (out - 1))) // the input of a coder, and the output that it is
	f.order(pairs, in == out)
	packed := in - (out - 1)
	if packed > 1 {
		if packed > uint64(len(p.b)) {
			p.broken = true
			return f
		}
		p.numbers(int(packed))
	}
	f.packed = int(packed)
	return f
}

// order determines the order in which the coders unpack: the last is the one whose output goes into no other. There is
// no order if a coder has several inputs.
func (f *folder) order(pairs []uint64, simple bool) {
	used := make([]bool, len(f.coders))
	into := map[uint64]uint64{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] < uint64(len(used)) {
			used[pairs[i+1]] = true
		}
		into[pairs[i]] = pairs[i+1]
	}
	f.last = max(0, slices.Index(used, false))
	if !simple {
		return
	}
	for at, more := uint64(f.last), true; more && at < uint64(len(f.coders)) && len(f.steps) < len(f.coders); {
		f.steps = append(f.steps, int(at))
		at, more = into[at]
	}
	slices.Reverse(f.steps)
}

// filesIn reads how many files are in each folder, and how long they are; the length of the last follows from the
// folder's size.
func (p *parser) filesIn(s *streams) {
	for !p.broken {
		switch p.byte() {
		case idEnd:
			return
		case idCounts:
			total := 0
			for i := range s.folders {
				n := p.count(8)
				if total += n; total > len(p.b)+len(s.folders) {
					p.broken = true
					return
				}
				s.folders[i].files = make([]uint64, n)
			}
			s.rest()
		case idSizes:
			for _, f := range s.folders {
				for i := range len(f.files) - 1 {
					f.files[i] = p.number()
				}
			}
			s.rest()
		case idChecksums:
			n := 0
			for _, f := range s.folders {
				if len(f.files) != 1 || !f.checked {
					n += len(f.files)
				}
			}
			p.checksums(n)
		default:
			p.broken = true
		}
	}
}

// rest sets the length of the last file of each folder to what the others leave.
func (s *streams) rest() {
	for _, f := range s.folders {
		last, rest := len(f.files)-1, f.size
		for i := range last {
			rest -= min(rest, f.files[i])
		}
		if last >= 0 {
			f.files[last] = rest
		}
	}
}
