package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// duplicates registers the operations that find contacts of the same person, and merge them.
func duplicates(a huma.API) {
	huma.Register(
		a,
		operation("list-duplicates", http.MethodGet, "/duplicates",
			"List contacts that are probably the same, with the reason"),
		listDuplicates,
	)
	merge := operation("merge-contacts", http.MethodPost, "/merge", "Merge two contacts")
	merge.Description = "The contact into gets what only the other has, and the other goes to the trash. " +
		"Where the two differ, the value of into stays, and that of the other goes into the note."
	huma.Register(a, merge, mergeContacts)
	unmerge := operation("unmerge-contact", http.MethodPost, "/contacts/{id}/unmerge", "Undo a merge")
	unmerge.Description = "The id is that of the contact that was merged away, or of the one that stayed, " +
		"whose last merge is then undone. What was changed since stays."
	huma.Register(a, unmerge, unmergeContact)
}

type duplicateList struct {
	Body []assistant.Duplicate `nullable:"false"`
}

func listDuplicates(ctx context.Context, _ *struct{}) (*duplicateList, error) {
	list, err := visit.From(ctx).Book.Duplicates(ctx)
	if err != nil {
		return nil, failed(err)
	}
	return &duplicateList{append([]assistant.Duplicate{}, list...)}, nil
}

// A MergeRequest names two contacts of the same person.
type MergeRequest struct {
	Into  string `json:"into" doc:"The id of the contact that stays"`
	Other string `json:"other" doc:"The id of the contact that goes"`
}

func mergeContacts(ctx context.Context, in *struct{ Body MergeRequest }) (*contactAnswer, error) {
	book := visit.From(ctx).Book
	for _, id := range []string{in.Body.Into, in.Body.Other} {
		if _, err := book.ContactWithID(ctx, id); err != nil {
			return nil, failed(err)
		}
	}
	if in.Body.Into == in.Body.Other {
		return nil, failed(
			assistant.FieldErrors{{Field: "other", Value: in.Body.Other, Problem: "both are the same contact"}},
		)
	}
	c, err := book.MergeContacts(ctx, in.Body.Into, in.Body.Other)
	if err != nil {
		return nil, failed(err)
	}
	return &contactAnswer{c.ETag(), Contact{*c}}, nil
}

// An Unmerged holds the two contacts into which one was split again.
type Unmerged struct {
	Contact *Contact `json:"contact,omitempty" doc:"The one that had stayed; not there when it is gone"`
	Other   Contact  `json:"other" doc:"The one that is back"`
}

func unmergeContact(ctx context.Context, in *ContactID) (*struct{ Body Unmerged }, error) {
	book := visit.From(ctx).Book
	merges, err := book.Store.Merges(ctx, in.ID)
	if err == nil && (in.ID == "" || len(merges) == 0) {
		err = &assistant.NotFoundError{Kind: assistant.KindMerge, Ref: in.ID}
	}
	if err != nil {
		return nil, failed(err)
	}
	into, other, err := book.UnmergeContact(ctx, in.ID)
	if err != nil {
		return nil, failed(err)
	}
	body := Unmerged{Other: Contact{*other}}
	if into != nil {
		body.Contact = &Contact{*into}
	}
	return &struct{ Body Unmerged }{body}, nil
}
