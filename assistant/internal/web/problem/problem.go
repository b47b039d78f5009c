// Package problem decides how the server answers an error: its HTTP status, its stable name, and what a person reads.
// Both the pages and the API use it, and no other code chooses a status.
package problem

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
)

// A Kind is the kind of a problem, used in its type in application/problem+json.
type Kind string

// The kinds of problems.
const (
	Invalid        Kind = "invalid_value"       // a field has a value that is not allowed
	NotFound       Kind = "not_found"           // there is no such contact or note, or it is somebody else's
	Exists         Kind = "exists"              // the id is in use
	Conflict       Kind = "conflict"            // the change was based on a version that is no longer the stored one
	Precondition   Kind = "precondition_failed" // If-Match names another version
	Ambiguous      Kind = "ambiguous"           // a name means several contacts or notes
	TooLarge       Kind = "too_large"           // the body is longer than the server accepts
	Unauthorized   Kind = "unauthorized"        // missing or wrong credentials
	Forbidden      Kind = "forbidden"           // a request made by another site
	TooMany        Kind = "too_many_requests"   // too many wrong passwords
	Unsupported    Kind = "unsupported"         // this store cannot do it
	Unavailable    Kind = "unavailable"         // the store does not respond
	Internal       Kind = "internal"            // a bug in the server
	BadRequest     Kind = "bad_request"         // not understood
	MethodNotAllow Kind = "method_not_allowed"
)

// A Problem is an error as the server answers it.
type Problem struct {
	Status int
	Kind   Kind
	Detail string                // one line for a person; no text from a database
	Hint   string                // what to do; may be empty
	Fields assistant.FieldErrors // what is wrong, by field; paths are those of the JSON form
}

func (p *Problem) Error() string { return p.Detail }

// New returns a problem found by the server itself.
func New(kind Kind, detail, hint string) *Problem {
	return &Problem{Status: statuses()[kind], Kind: kind, Detail: detail, Hint: hint}
}

// statuses returns the HTTP status of each kind.
func statuses() map[Kind]int {
	return map[Kind]int{
		Invalid:        http.StatusUnprocessableEntity,
		NotFound:       http.StatusNotFound,
		Exists:         http.StatusConflict,
		Conflict:       http.StatusConflict,
		Precondition:   http.StatusPreconditionFailed,
		Ambiguous:      http.StatusConflict,
		TooLarge:       http.StatusRequestEntityTooLarge,
		Unauthorized:   http.StatusUnauthorized,
		Forbidden:      http.StatusForbidden,
		TooMany:        http.StatusTooManyRequests,
		Unsupported:    http.StatusNotImplemented,
		Unavailable:    http.StatusServiceUnavailable,
		Internal:       http.StatusInternalServerError,
		BadRequest:     http.StatusBadRequest,
		MethodNotAllow: http.StatusMethodNotAllowed,
	}
}

// IsText reports whether every database accepts a string as text: it is UTF-8 and contains no NUL.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// absent returns the text that something does not exist.
func absent(kind assistant.Kind) string {
	switch kind {
	case assistant.KindNote:
		return "there is no such note"
	case assistant.KindVersion:
		return "this version is not kept"
	case assistant.KindWebhook:
		return "there is no such webhook"
	case assistant.KindBook:
		return "there is no such address book"
	case assistant.KindMerge:
		return "nothing was merged here"
	}
	return "there is no such contact"
}

// Of is the only mapping from errors to problems. It never returns nil for an error, and an unknown error is Internal,
// without its text, which is logged.
func Of(err error) *Problem {
	var (
		known     *Problem
		fields    assistant.FieldErrors
		field     *assistant.FieldError
		missing   *assistant.NotFoundError
		ambiguous *assistant.AmbiguousError
		conflict  *assistant.ConflictError
		large     *http.MaxBytesError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &fields):
		p := New(Invalid, "some values cannot be saved", "")
		p.Fields = fields
		return p
	case errors.As(err, &field):
		p := New(Invalid, field.Field+": "+field.Problem, field.Hint)
		p.Fields = assistant.FieldErrors{field}
		return p
	case errors.As(err, &ambiguous):
		return New(Ambiguous, "the name is ambiguous", "use an id")
	case errors.As(err, &conflict):
		return New(Conflict, "somebody has changed it meanwhile", "look at it again and repeat the change")
	case errors.As(err, &missing):
		return New(NotFound, absent(missing.Kind), "")
	case errors.Is(err, assistant.ErrNotFound):
		return New(NotFound, "not found", "")
	case errors.Is(err, assistant.ErrReadOnly):
		return New(Forbidden, "the address book is shared for reading only", "")
	case errors.Is(err, assistant.ErrExists):
		return New(Exists, "the id is taken already", "")
	case errors.Is(err, assistant.ErrReadOnly):
		return New(Forbidden, assistant.ErrReadOnly.Error(), "ask its owner")
	case errors.Is(err, assistant.ErrFirstBook):
		return New(Conflict, assistant.ErrFirstBook.Error(), "remove another one")
	case errors.As(err, &large):
		return New(TooLarge, "too much data at once", "send less")
	case errors.Is(err, errors.ErrUnsupported):
		return New(Unsupported, "this store cannot do that", "")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return New(Unavailable, "the request was cancelled", "try again")
	}
	if _, hint := backend.Reason(err); hint != "" {
		return New(Unavailable, "the store does not answer", hint)
	}
	return New(Internal, "something went wrong in the server", "its log says more")
}
