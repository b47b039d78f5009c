package api

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
)

// A Contact is a contact as the API sends and accepts it.
type Contact struct{ assistant.Contact }

// TransformSchema declares what the struct cannot: only the name is required; values that the server determines are
// ignored when they are sent, and so are properties that a later version may add.
func (Contact) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return ours(s, []string{"name"}, "id", "version", "created", "updated", "other", "group")
}

// A Note is a note as the API sends and accepts it.
type Note struct{ assistant.Note }

// TransformSchema does the same as that of [Contact]: nothing is required except a title or a text.
func (Note) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return ours(s, nil, "id", "version", "created", "updated")
}

func ours(s *huma.Schema, required []string, readOnly ...string) *huma.Schema {
	s.Required = required
	s.AdditionalProperties = true
	for name, property := range s.Properties {
		property.ReadOnly = slices.Contains(readOnly, name)
	}
	return s
}

// cutSegment returns the first segment of a path.
func cutSegment(path string) (first, rest string, found bool) {
	return strings.Cut(strings.TrimPrefix(path, "/"), "/")
}
