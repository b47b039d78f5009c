package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant/internal/web/problem"
)

// A Precondition is the condition of a change.
type Precondition struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the version that is changed: another one is left as it is (412)."`
}

// A Freshness says which version the client of a read already has.
type Freshness struct {
	IfNoneMatch string `header:"If-None-Match" doc:"An ETag that the client has: the answer is 304 while it is right."`
}

// names reports whether a header If-Match or If-None-Match names the tag.
func names(header, tag string) bool {
	for each := range strings.SplitSeq(header, ",") {
		each = strings.TrimSpace(each)
		if each == "*" || strings.TrimPrefix(each, "W/") == tag {
			return true
		}
	}
	return false
}

// fits returns an error if the stored version is not the one that the change is based on.
func (m Precondition) fits(tag string) error {
	if m.IfMatch == "" || names(m.IfMatch, tag) {
		return nil
	}
	return problem.New(problem.Precondition, "somebody has changed it meanwhile", "get it again and repeat the change")
}

// unchanged returns the answer to a client that already has the tag, or nil if it does not.
func (m Freshness) unchanged(tag string) error {
	if m.IfNoneMatch == "" || !names(m.IfNoneMatch, tag) {
		return nil
	}
	return huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"Etag": {tag}})
}
