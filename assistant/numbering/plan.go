package numbering

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// plansText has a line for every plan, those of one country code together with the main one first. Its fields,
// separated by tabs: country code; region; international prefix, national prefix, what takes the prefix's place and
// first digits, all but the third regular expressions; the whole plan, and its kinds of numbers, each a [kind].
//
//go:embed plans.txt
var plansText string

// world is the content of plansText.
type world struct {
	regions map[string]*plan   // by ISO 3166
	codes   map[string][]*plan // by country code, the main region first
}

// plans splits the lines; a line is parsed when its plan is first used.
var plans = sync.OnceValue(func() world {
	w := world{regions: make(map[string]*plan, 256), codes: make(map[string][]*plan, 256)}
	for line := range strings.Lines(plansText) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		p := &plan{code: fields[0]}
		p.rules = sync.OnceValue(func() rules { return readRules(fields[2]) })
		w.codes[p.code] = append(w.codes[p.code], p)
		if region := fields[1]; region != world001 {
			w.regions[region] = p
		}
	}
	return w
})

// world001 stands for the region of a country code that no country has, such as 800 (UN M.49).
const world001 = "001"

// A plan is the numbering plan of one region.
type plan struct {
	code  string
	rules func() rules
}

// rules are what a plan says about its numbers.
type rules struct {
	international, national, first *regexp.Regexp // nil: there is none
	instead                        string         // in place of what national matches
	whole                          kind
	kinds                          []kind
}

func readRules(line string) rules {
	fields := strings.Split(line, "\t")
	r := rules{instead: fields[2], whole: readKind(fields[4])}
	for i, at := range []**regexp.Regexp{0: &r.international, 1: &r.national, 3: &r.first} {
		if at != nil && fields[i] != "" {
			*at = regexp.MustCompile("^(?:" + fields[i] + ")")
		}
	}
	for _, field := range fields[5:] {
		r.kinds = append(r.kinds, readKind(field))
	}
	return r
}

// A kind is a set of numbers: "9,10/7:[1-9]\d+" are those of 9 and 10 digits that the expression matches, while those
// of 7 are dialled only within a town.
type kind struct {
	lengths, local []int // ascending; no lengths means those of the whole plan
	expression     *regexp.Regexp
}

func readKind(field string) kind {
	lengths, expression, _ := strings.Cut(field, ":")
	lengths, local, _ := strings.Cut(lengths, "/")
	return kind{readLengths(lengths), readLengths(local), regexp.MustCompile("^(?:" + expression + ")$")}
}

func readLengths(list string) (lengths []int) {
	for s := range strings.SplitSeq(list, ",") {
		if n, err := strconv.Atoi(s); err == nil {
			lengths = append(lengths, n)
		}
	}
	return lengths
}

// has reports whether a number is one of the kind.
func (k kind) has(number string) bool {
	return (len(k.lengths) == 0 || slices.Contains(k.lengths, len(number))) && k.expression.MatchString(number)
}

// has reports whether a plan has a number, without a country code.
func (p *plan) has(number string) bool {
	r := p.rules()
	return r.whole.has(number) && slices.ContainsFunc(r.kinds, func(k kind) bool { return k.has(number) })
}

// tooLong reports whether all numbers of a plan are shorter.
func (p *plan) tooLong(number string) bool {
	lengths := p.rules().whole.lengths
	return len(number) > lengths[len(lengths)-1]
}

// possible reports whether a plan has numbers of that length that can be dialled from abroad.
func (p *plan) possible(number string) bool {
	return slices.Contains(p.rules().whole.lengths, len(number))
}

// local reports whether a number of that length is dialled only within a town.
func (p *plan) local(number string) bool { return slices.Contains(p.rules().whole.local, len(number)) }

// withoutPrefix removes the national prefix, such as the 0 of 067, unless that turns a valid number into what is not
// one.
func (p *plan) withoutPrefix(number string) string {
	r := p.rules()
	if r.national == nil {
		return number
	}
	at := r.national.FindStringSubmatchIndex(number)
	if at == nil {
		return number
	}
	short := number[at[1]:]
	// Where the expression's last group has found nothing, there is nothing to put in its place.
	if r.instead != "" && at[len(at)-2] >= 0 {
		short = string(r.national.ExpandString(nil, r.instead, number, at)) + short
	}
	if whole := r.whole.expression; whole.MatchString(number) && !whole.MatchString(short) {
		return number
	}
	return short
}

// owner returns which of the regions of a country code has a number, or nil.
func owner(regions []*plan, number string) *plan {
	if len(regions) == 1 {
		return regions[0]
	}
	for _, p := range regions {
		if first := p.rules().first; first != nil {
			if first.MatchString(number) {
				return p
			}
		} else if p.has(number) {
			return p
		}
	}
	return nil
}
