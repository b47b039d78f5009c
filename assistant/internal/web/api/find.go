package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// find registers the operations that find contacts and notes.
func find(a huma.API) {
	huma.Register(
		a,
		operation("search", http.MethodGet, "/search", "Find contacts and notes that hold all the words, best first"),
		search,
	)
	huma.Register(a, operation("list-birthdays", http.MethodGet, "/birthdays", "Whose birthday is soon"), birthdays)
	huma.Register(a, operation("list-tags", http.MethodGet, "/tags", "List the tags of contacts and notes"), tags)
}

// A Found holds hits, and their total number.
type Found struct {
	Contacts      []Contact `json:"contacts" nullable:"false"`
	Notes         []Note    `json:"notes" nullable:"false"`
	TotalContacts int       `json:"total_contacts"`
	TotalNotes    int       `json:"total_notes"`
	Similar       bool      `json:"similar,omitempty" doc:"Nothing matched exactly: these are nearly so"`
}

type foundAnswer struct{ Body Found }

func search(ctx context.Context, in *struct {
	Words string `query:"q" required:"true" doc:"The words; tag:, phone: and org: look there alone, -WORD must be absent"`
	Exact bool   `query:"exact" doc:"Forgive no mistakes"`
	Skip  int    `query:"skip" minimum:"0" default:"0" doc:"So many hits of each kind are left out"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"So many hits of each kind"`
},
) (*foundAnswer, error) {
	if strings.TrimSpace(in.Words) == "" {
		m := model(invalid("q", "nothing to search for"))
		m.Errors[0].Location = "query.q"
		return nil, m
	}
	query := assistant.SearchQuery{Words: in.Words, Skip: in.Skip, Limit: in.Limit}
	result, err := visit.From(ctx).Book.SearchPage(ctx, query, in.Exact)
	if err != nil {
		return nil, failed(err)
	}
	return &foundAnswer{Found{
		shownContacts(result.Contacts), shownNotes(result.Notes), result.TotalContacts, result.TotalNotes, result.Similar,
	}}, nil
}

// A Birthday is a contact with its next birthday.
type Birthday struct {
	Contact
	Date assistant.Date `json:"date" doc:"The day of the celebration"`
	Days int            `json:"days" doc:"0 is the first day asked for"`
	Age  int            `json:"age,omitempty" doc:"The age reached, when the year of birth is known"`
}

// TransformSchema declares which properties are always present.
func (Birthday) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return ours(s, []string{"id", "name", "date", "days"})
}

type birthdayList struct {
	Body []Birthday `nullable:"false"`
}

func birthdays(ctx context.Context, in *struct {
	On   string `query:"on" doc:"The first day, YYYY-MM-DD; today when not given"`
	Days int    `query:"days" minimum:"0" maximum:"366" default:"7" doc:"So many days after it, too"`
},
) (*birthdayList, error) {
	book := visit.From(ctx).Book
	on := book.Today()
	if in.On != "" {
		var err error
		if on, err = assistant.ParseDate(in.On); err != nil {
			return nil, failed(err)
		}
	}
	list, err := book.Birthdays(ctx, on, in.Days)
	if err != nil {
		return nil, failed(err)
	}
	answer := &birthdayList{Body: make([]Birthday, len(list))}
	for i, b := range list {
		answer.Body[i] = Birthday{Contact{*b.Contact}, b.Date, b.Days, b.Age}
	}
	return answer, nil
}

// A Tags holds the tags in use.
type Tags struct {
	Contacts []assistant.TagCount `json:"contacts" nullable:"false"`
	Notes    []assistant.TagCount `json:"notes" nullable:"false"`
}

func tags(ctx context.Context, _ *struct{}) (*struct{ Body Tags }, error) {
	contacts, err := contactTags(ctx, nil)
	if err != nil {
		return nil, err
	}
	notes, err := noteTags(ctx, nil)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Tags }{Tags{contacts.Body, notes.Body}}, nil
}
