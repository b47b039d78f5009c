package assistant

// OtherProblem is the code of a problem that has no name of its own: only its sentence says what is wrong.
const OtherProblem = "invalid"

// problemCodes returns the names of the problems of fields, by their English sentences. The names are stable: programs
// that use the API distinguish problems by them. Where a sentence contains a value, [FieldError.Code] has the name, and
// the sentence here is the one without it.
func problemCodes() map[string]string {
	return map[string]string{
		"a contact needs a name":                                   "name_missing",
		"a day with its year is needed":                            "year_missing",
		"a note needs a text or a title":                           "note_empty",
		"a reminder needs a day":                                   "reminder_without_day",
		"after the day by which it is to be done":                  "reminder_too_late",
		"both are the same contact":                                "same_contact",
		"contacts cannot be ordered by that":                       "order_unknown",
		"day and month are ambiguous":                              "date_ambiguous",
		"empty":                                                    "empty",
		"in the future":                                            "date_in_future",
		"it is . or .., or has a slash, an @, or spaces around it": "book_characters",
		"it has a space, a colon or a slash":                       "name_characters",
		"larger than the 16 MiB limit of a MongoDB document":       "too_large_for_document",
		"longer than 1,000 characters":                             "name_too_long",
		"longer than 64 characters":                                "account_name_too_long",
		"neither JSON nor CBOR by its name":                        "format_unknown",
		"no @ in it":                                               "email_without_at",
		"not the address of a Redis":                               "cache_address",
		"not the address of a store":                               "store_address",
		"not the address of a webhook":                             "webhook_address",
		"not a label for an app password":                          "label",
		"not a picture that can be read":                           "picture_unreadable",
		"not a position in this list":                              "page_unknown",
		"not a text of at most 1000 characters":                    "book_text_too_long",
		"no such date":                                             "date_unknown",
		"no such region":                                           "region_unknown",
		"not UTF-8":                                                "not_utf8",
		"not a backup of an assistant's store":                     "not_a_backup",
		"not a mail address":                                       "email",
		"not a telephone number of any country":                    "phone_of_no_country",
		"not a telephone number of this region":                    "phone_of_no_region",
		"not from 0 to 366":                                        "days_out_of_range",
		"not from 0 to 366 days":                                   "reminder_out_of_range",
		"not from 0 to 3660 days":                                  "interval_out_of_range",
		"not written by db export":                                 "not_an_export",
		"notes cannot be ordered by that":                          "note_order_unknown",
		"nothing after the @":                                      "email_without_domain",
		"nothing before the @":                                     "email_without_name",
		"nothing to search for":                                    "search_empty",
		"the address names no database":                            "store_without_database",
		"the card has no name, address or number":                  "card_empty",
		"the password has fewer than 8 characters":                 "password_too_short",
		"the password has more than 1024 bytes":                    "password_too_long",
		"the text is not UTF-8":                                    "text_not_utf8",
		"there are already ten webhooks":                           "too_many_webhooks",
		"there is a NUL character in the text":                     "text_with_nul",
		"there is already a name":                                  "name_twice",
		"too long":                                                 "email_too_long",
	}
}

// ProblemCode returns the stable name of the problem: that of [FieldError.Code], or of the sentence.
func (e *FieldError) ProblemCode() string {
	if e.Code != "" {
		return e.Code
	}
	if code, ok := problemCodes()[e.Problem]; ok {
		return code
	}
	return OtherProblem
}

// ProblemSentence returns the English sentence of the problem with a code, without a value; "" for an unknown code.
func ProblemSentence(code string) string {
	for sentence, each := range problemCodes() {
		if each == code {
			return sentence
		}
	}
	return ""
}
