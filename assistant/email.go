package assistant

import (
	"net/mail"
	"strings"
)

// ParseEmail checks a mail address without a display name: a local part, "@", and a domain. The error is a
// [FieldError].
func ParseEmail(typed string) (Email, error) {
	typed = strings.TrimSpace(typed)
	problem := ""
	address, err := mail.ParseAddress(typed)
	at := strings.LastIndexByte(typed, '@')
	switch {
	case at < 0:
		problem = "no @ in it"
	case at == 0:
		problem = "nothing before the @"
	case at == len(typed)-1:
		problem = "nothing after the @"
	case err != nil || address.Name != "" || address.Address != typed:
		problem = "not a mail address"
	case len(typed) > 254 || at > 64:
		problem = "too long"
	default:
		return Email{Address: typed}, nil
	}
	return Email{Address: typed}, &FieldError{
		Field: "email", Value: typed, Problem: problem, Hint: "write it as name@example.com",
	}
}
