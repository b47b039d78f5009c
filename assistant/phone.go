package assistant

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// DefaultRegion is where a telephone number without a country code is taken to be.
const DefaultRegion = "UA"

// ParsePhone reads a telephone number as it is dialled in a region (ISO 3166: "UA"; "" is [DefaultRegion]), or with
// a plus and a country code as it is dialled in any. The error is a [FieldError] when there can be no such number.
func ParsePhone(typed, region string) (Phone, error) {
	typed = strings.TrimSpace(typed)
	if region == "" {
		region = DefaultRegion
	}
	region = strings.ToUpper(region)
	number, err := phonenumbers.Parse(typed, region)
	international := strings.HasPrefix(typed, "+")
	// With a country code a possible length will do: numbering plans grow. Without one a number of another country
	// must not become one of this region.
	if err != nil || !phonenumbers.IsPossibleNumber(number) || !international && !phonenumbers.IsValidNumber(number) {
		return Phone{Typed: typed}, &FieldError{
			Field: "phone", Value: typed, Problem: "no telephone number of region " + region,
			Hint: "write it with the country code, such as +380 67 123 45 67",
		}
	}
	return Phone{Typed: typed, E164: phonenumbers.Format(number, phonenumbers.E164)}, nil
}

// CheckRegion says with a [FieldError] that no telephone numbers are known for a region.
func CheckRegion(region string) error {
	if phonenumbers.GetCountryCodeForRegion(strings.ToUpper(region)) == 0 {
		return &FieldError{
			Field: "region", Value: region, Problem: "no such region", Hint: "use two letters of ISO 3166, such as UA or PL",
		}
	}
	return nil
}
