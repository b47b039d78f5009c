package numbering_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"

	"github.com/pythonweb/goweb/assistant/numbering"
	"github.com/pythonweb/goweb/console/consoletest"
)

var update = flag.Bool("update", false, "write plans.txt from the plans of package phonenumbers")

// TestPlans: plans.txt is what package phonenumbers knows.
func TestPlans(t *testing.T) {
	collection, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	byCode := map[int32]map[string]string{}
	for _, m := range collection.GetMetadata() {
		if byCode[m.GetCountryCode()] == nil {
			byCode[m.GetCountryCode()] = map[string]string{}
		}
		byCode[m.GetCountryCode()][m.GetId()] = planLine(m)
	}
	var b strings.Builder
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		for _, region := range phonenumbers.GetRegionCodesForCountryCode(int(code)) {
			b.WriteString(byCode[code][region])
		}
	}
	if *update {
		if err := os.WriteFile("plans.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("plans.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("other plans than those of phonenumbers (go generate writes them):\n%s", diff)
	}
}

func planLine(m *phonenumbers.PhoneMetadata) string {
	whole := m.GetGeneralDesc()
	fields := []string{
		fmt.Sprint(m.GetCountryCode()), m.GetId(), m.GetInternationalPrefix(), m.GetNationalPrefixForParsing(),
		bracedGroups(m.GetNationalPrefixTransformRule()), m.GetLeadingDigits(),
		lengths(whole.GetPossibleLength()) + local(whole) + ":" + expression(whole),
	}
	alike := map[string]int{}
	for _, kind := range []*phonenumbers.PhoneNumberDesc{
		m.GetFixedLine(), m.GetMobile(), m.GetPremiumRate(), m.GetTollFree(), m.GetSharedCost(), m.GetVoip(),
		m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail(),
	} {
		if kind == nil || kind.GetNationalNumberPattern() == "" || slices.Contains(kind.GetPossibleLength(), -1) {
			continue
		}
		length := lengths(kind.GetPossibleLength())
		if at, ok := alike[length]; ok {
			if !slices.Contains(strings.Split(fields[at], "|"), expression(kind)) {
				fields[at] += "|" + expression(kind)
			}
			continue
		}
		alike[length] = len(fields)
		fields = append(fields, length+":"+expression(kind))
	}
	return strings.Join(fields, "\t") + "\n"
}

// bracedGroups is a replacement in which no digit after a group belongs to its number.
func bracedGroups(rule string) string {
	for _, n := range "123456789" {
		rule = strings.ReplaceAll(rule, "$"+string(n), "${"+string(n)+"}")
	}
	return rule
}

func expression(d *phonenumbers.PhoneNumberDesc) string {
	return strings.Join(strings.Fields(d.GetNationalNumberPattern()), "")
}

func lengths(list []int32) string {
	var text []string
	for _, n := range list {
		text = append(text, fmt.Sprint(n))
	}
	return strings.Join(text, ",")
}

func local(d *phonenumbers.PhoneNumberDesc) string {
	if len(d.GetPossibleLengthLocalOnly()) == 0 {
		return ""
	}
	return "/" + lengths(d.GetPossibleLengthLocalOnly())
}

// theirs is what package phonenumbers makes of a number.
func theirs(typed, region string) (numbering.Number, bool) {
	n, err := phonenumbers.Parse(typed, region)
	if err != nil || phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE ||
		!phonenumbers.IsValidNumber(n) {
		return numbering.Number{}, false
	}
	return numbering.Number{E164: phonenumbers.Format(n, phonenumbers.E164), Extension: n.GetExtension()}, true
}

func compare(t *testing.T, typed, region string) bool {
	t.Helper()
	want, ok := theirs(typed, region)
	got, err := numbering.Parse(typed, region)
	if got != want || ok != (err == nil) {
		t.Errorf("%q in %s: %+v %v, phonenumbers has %+v %v", typed, region, got, err, want, ok)
	}
	return ok
}

// TestAsPhonenumbers: invented numbers of all regions, written in many ways, are read as by package phonenumbers.
func TestAsPhonenumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	regions := slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))
	valid := 0
	for round := range consoletest.Count(2, 50) {
		for _, region := range regions {
			code := phonenumbers.GetCountryCodeForRegion(region)
			for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
				example := phonenumbers.GetExampleNumberForType(region, kind)
				if example == nil {
					continue
				}
				digits := []byte(phonenumbers.GetNationalSignificantNumber(example))
				if round > 0 {
					for range 1 + random.IntN(3) {
						digits[random.IntN(len(digits))] = byte('0' + random.IntN(10))
					}
				}
				if random.IntN(8) == 0 {
					digits = append(digits, byte('0'+random.IntN(10)))
				}
				number := string(digits)
				for _, typed := range []string{
					number, "0" + number, fmt.Sprint("+", code, number), fmt.Sprint("00", code, " ", number), fmt.Sprint(code, number),
					phonenumbers.GetNddPrefixForRegion(region, true) + number, number[:3] + "-(" + number[3:] + ") x12",
				} {
					if compare(t, typed, region) {
						valid++
					}
				}
				compare(t, number, regions[random.IntN(len(regions))])
				compare(t, fmt.Sprint("+", code, number), "ZZ")
			}
		}
	}
	if valid < 1000 {
		t.Errorf("only %d numbers were valid", valid)
	}
}

// TestSpellings: what people and programs write around the digits.
func TestSpellings(t *testing.T) {
	for _, typed := range []string{
		"067 123 45 67", "(067) 123-45-67", "+38 (067) 123-45-67", "＋380 67 123 45 67", "０６７1234567", "٠٦٧1234567",
		"067.123.45.67", "tel:+380671234567", "tel:671234567;phone-context=+380",
		"tel:0671234567;phone-context=example.com", "0671234567;phone-context=", "0671234567;phone-context=a b",
		"tel:+380671234567;isub=12", "0671234567 x5", "0671234567 ext. 5", "0671234567;ext=5", "0671234567 доб 5",
		"0671234567 доб. 12", "0671234567,,5", "0671234567,5", "0671234567;5", "0671234567 #5",
		"067-1234567 - 503#", "0671234567 extensión 7", "0671234567 x302/x2303", "00380671234567",
		"0038 067 123 45 67", "+00380671234567", "+0671234567", "++380671234567", "+ 380671234567",
		"1-800-FLOWERS", "+1 800 flowers", "+1 650 253 0000", "+800 1234 5678", "+88321", "12", "+12", "1", "",
		"x", "+", "phone 0671234567", "0671234567 or 0671234568", "+39 06 1234567", "+39 0000", "+7 495 123 45 67",
		"+7 701 123 45 67", "0671234567,", "0 (67) 123*45*67", "+54 9 11 2345 6789", "+54 011 15 2345 6789",
		"+52 1 55 1234 5678", "+55 0 15 11 91234 5678", "067123456712345678901234567890", "+380 (0) 67 123 45 67",
		"0671234567 int 5", "0671234567 anexo 5", "0671234567 ～5", "+44 7624 123456", "+599 9 123 4567",
		strings.Repeat("1", 251),
	} {
		for _, region := range []string{"UA", "US", "AR", "BR", "IT", "MX", "GB", "AU", "KZ", "ZZ"} {
			compare(t, typed, region)
		}
	}
}

func TestKnown(t *testing.T) {
	for region, want := range map[string]bool{"UA": true, "ua": false, "US": true, "001": false, "XX": false, "": false} {
		if got := numbering.Known(region); got != want {
			t.Errorf("Known(%q) is %v", region, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("+38 (067) 123-45-67 x5", "UA")
	f.Add("1-800-FLOWERS", "US")
	f.Fuzz(func(t *testing.T, typed, region string) {
		n, err := numbering.Parse(typed, region)
		if err != nil {
			return
		}
		if again, err := numbering.Parse(n.E164, "ZZ"); err != nil || again.E164 != n.E164 {
			t.Errorf("%q is %+v, and that is %+v %v", typed, n, again, err)
		}
	})
}

func Example() {
	n, err := numbering.Parse("067 123-45-67 ext. 5", "UA")
	fmt.Println(n.E164, n.Extension, err)
	// Output: +380671234567 5 <nil>
}
