package api

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant/internal/web/problem"
)

// typeOf returns the URI that identifies a kind of problems.
func typeOf(kind problem.Kind) string { return "urn:goweb:assistant:" + string(kind) }

// A Model is a problem in the form of RFC 9457: huma's own model, with codes added.
type Model struct {
	huma.ErrorModel
	Errors []Detail `json:"errors,omitempty"`
}

// A Detail is what is wrong with one value.
type Detail struct {
	huma.ErrorDetail
	Code string `json:"code"`
}

// notAsDescribed is the code of a value that does not conform to the OpenAPI document.
const notAsDescribed = "not_as_described"

// codeSchema returns the schema of [Detail.Code].
func codeSchema() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "Names the problem: stable, and not translated"}
}

// coded turns the problems that huma finds into the form of ours.
func coded(_ huma.Context, _ string, v any) (any, error) {
	found, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	m := &Model{ErrorModel: *found}
	for _, detail := range found.Errors {
		m.Errors = append(m.Errors, Detail{*detail, notAsDescribed})
	}
	return m, nil
}

// model returns the form in which a problem is sent.
func model(p *problem.Problem) *Model {
	m := &Model{ErrorModel: huma.ErrorModel{
		Type: typeOf(p.Kind), Title: http.StatusText(p.Status), Status: p.Status, Detail: p.Detail,
	}}
	if p.Hint != "" {
		m.Detail += " (" + p.Hint + ")"
	}
	for _, field := range p.Fields {
		message := field.Problem
		if field.Hint != "" {
			message += " (" + field.Hint + ")"
		}
		detail := Detail{huma.ErrorDetail{Message: message, Location: "body." + field.Field}, field.ProblemCode()}
		if field.Value != "" {
			detail.Value = field.Value
		}
		m.Errors = append(m.Errors, detail)
	}
	return m
}

// failed returns the error that an operation ends with.
func failed(err error) error {
	var said huma.StatusError
	if errors.As(err, &said) {
		return err
	}
	p := problem.Of(err)
	if p.Status >= http.StatusInternalServerError {
		slog.Error("api", "error", err)
	}
	return model(p)
}

// Write answers with a problem.
func Write(w http.ResponseWriter, p *problem.Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(model(p)) // fails only if the client has gone
}
