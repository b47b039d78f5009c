package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// intervals registers the operations on how often the user wants to talk to the contacts with each tag.
func intervals(a huma.API) {
	huma.Register(
		a,
		operation("list-intervals", http.MethodGet, "/intervals", "List how often to talk to the contacts with each tag"),
		listIntervals,
	)
	put := operation("set-interval", http.MethodPut, "/intervals/{tag}",
		"Set how often to talk to the contacts with a tag")
	put.Description = "A contact's own call_every takes precedence over those of its tags, of which the shortest " +
		"counts. 0 removes the interval."
	huma.Register(a, put, setInterval)
	remove := operation("delete-interval", http.MethodDelete, "/intervals/{tag}", "Remove the interval of a tag")
	remove.DefaultStatus = http.StatusNoContent
	huma.Register(a, remove, deleteInterval)
}

// A TagName names a tag.
type TagName struct {
	Tag string `path:"tag" doc:"The tag, in any spelling"`
}

type intervalList struct {
	Body []assistant.TagInterval `nullable:"false"`
}

func listIntervals(ctx context.Context, _ *struct{}) (*intervalList, error) {
	list, err := visit.From(ctx).Book.Store.TagIntervals(ctx)
	if err != nil {
		return nil, failed(err)
	}
	return &intervalList{list}, nil
}

func setInterval(ctx context.Context, in *struct {
	TagName
	Body struct {
		CallEvery int `json:"call_every" minimum:"0" maximum:"3660" doc:"Days between two talks"`
	}
},
) (*struct{ Body assistant.TagInterval }, error) {
	interval, err := visit.From(ctx).Book.SetTagInterval(ctx, in.Tag, in.Body.CallEvery)
	if err != nil {
		return nil, failed(err)
	}
	return &struct{ Body assistant.TagInterval }{interval}, nil
}

func deleteInterval(ctx context.Context, in *struct{ TagName }) (*struct{}, error) {
	if _, err := visit.From(ctx).Book.SetTagInterval(ctx, in.Tag, 0); err != nil {
		return nil, failed(err)
	}
	return nil, nil
}
