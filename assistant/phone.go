package assistant

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/pythonweb/goweb/assistant/numbering"
)

// DefaultRegion is the region that a telephone number without a country code is taken to be in.
const DefaultRegion = "UA"

// ParsePhone reads a telephone number as it is dialled in a region (ISO 3166: "UA"; "" is [DefaultRegion]), or with a
// plus and a country code as it is dialled in any. The number must be possible and valid in its own country. Invisible
// characters that messengers copy are dropped, an extension ("дод. 5", ";ext=5", "x5") is kept separately, and short
// numbers (101, 838, *111#), which have no country, stay as they are typed. The error is a [FieldError] when there can
// be no such number.
func ParsePhone(typed, region string) (Phone, error) {
	typed = visible(typed)
	if region == "" {
		region = DefaultRegion
	}
	region = strings.ToUpper(region)
	if isShortNumber(typed) {
		return Phone{Typed: typed}, nil
	}
	number, err := numbering.Parse(dialled(typed, region), region)
	if err != nil {
		problem, code := "not a telephone number of region "+region, "phone_of_no_region"
		if strings.HasPrefix(typed, "+") {
			problem, code = "not a telephone number of any country", ""
		}
		return Phone{Typed: typed}, &FieldError{
			Field: "phone", Value: typed, Problem: problem, Code: code,
			Hint: "write it with the country code, such as +380 67 123 45 67",
		}
	}
	return Phone{Typed: typed, E164: number.E164, Extension: number.Extension}, nil
}

// visible drops the invisible characters of a number: iOS and messengers put marks of direction around one.
func visible(s string) string {
	return line(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s))
}

// isShortNumber reports whether a number has neither area nor country: 101, 838, 116123, *111#.
func isShortNumber(s string) bool {
	return len(s) <= 22 && shortNumber().MatchString(s)
}

// The expressions are compiled when a number is read: most commands read none.
var (
	shortNumber = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\d{3,4}|116\d{3}|[*#][*#\d]{1,20}#?)$`)
	})
	ownExtension = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)[,;\s]*(дод(атковий|\.)?|вн(утр)?\.?|ext\.?)\s*:?\s*(\d{1,7})$`)
	})
)

// dialled puts what is written in Ukraine into the form that package numbering reads: "дод. 5" is an extension, and 8
// was the trunk prefix until 2009, which many address books still contain: 8 067, 80 67.
func dialled(s, region string) string {
	s = ownExtension().ReplaceAllString(s, ";ext=$4")
	if region != "UA" {
		return s
	}
	head, ext, found := strings.Cut(s, ";ext=")
	number := onlyDigits(head)
	if len(number) == 11 && strings.HasPrefix(number, "80") && !strings.HasPrefix(head, "+") {
		head = "+3" + number
	}
	if found {
		head += ";ext=" + ext
	}
	return head
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// CheckRegion returns a [FieldError] if no telephone numbers are known for a region.
func CheckRegion(region string) error {
	if !numbering.Known(strings.ToUpper(region)) {
		return &FieldError{
			Field: "region", Value: region, Problem: "no such region", Hint: "use two letters of ISO 3166, such as UA or PL",
		}
	}
	return nil
}
