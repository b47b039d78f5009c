package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/problem"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// transfers registers the operations for import and export.
func transfers(a huma.API) {
	in := operation("import", http.MethodPost, "/import", "Import vCards")
	in.Description = "Cards of versions 2.1, 3.0 and 4.0. What was imported before is not added again; " +
		"an incomplete card is refused, and the rest is imported."
	in.MaxBodyBytes = importBytes
	huma.Register(a, in, importCards)

	out := operation("export", http.MethodGet, "/export", "Export all contacts as vCards")
	out.Responses = map[string]*huma.Response{"200": {
		Description: "vCards, one after the other",
		Content:     map[string]*huma.MediaType{"text/vcard": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	huma.Register(a, out, exportCards)
}

// An ImportReport is what an import did.
type ImportReport struct {
	assistant.ImportSummary
	Errors    []ImportError              `json:"errors,omitempty" doc:"The cards that were refused"`
	Different []*assistant.MergeConflict `json:"different,omitempty" doc:"Values both sides changed; those here were kept"`
}

// An ImportError says why a card was refused.
type ImportError struct {
	Line   int    `json:"line" doc:"The first of the card"`
	Reason string `json:"reason"`
}

func importCards(ctx context.Context, in *struct {
	RawBody []byte `contentType:"text/vcard"`
},
) (*struct{ Body ImportReport }, error) {
	var report ImportReport
	ctx = assistant.WithLabel(ctx, assistant.NewImportLabel("api: "+assistant.LabelOf(ctx)))
	summary, err := visit.From(ctx).Book.ImportVCards(ctx, bytes.NewReader(in.RawBody), "body", func(told error) {
		switch told := told.(type) {
		case *assistant.CardError:
			report.Errors = append(report.Errors, ImportError{told.Line, told.Err.Error()})
		case *assistant.MergeConflict:
			report.Different = append(report.Different, told)
		}
	})
	if err != nil {
		return nil, failed(err)
	}
	report.ImportSummary = summary
	return &struct{ Body ImportReport }{report}, nil
}

func exportCards(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	book := visit.From(ctx).Book
	// A store that cannot be read must not produce a truncated file that looks complete: the first card decides whether to
	// answer with an error.
	if _, err := book.Store.ListContacts(ctx, assistant.ContactQuery{Limit: 1}); err != nil {
		return nil, failed(err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "text/vcard; charset=utf-8")
		c.SetHeader("Content-Disposition", `attachment; filename="contacts.vcf"`)
		if _, err := book.ExportVCards(ctx, c.BodyWriter()); err != nil {
			panic(http.ErrAbortHandler) // the connection is cut, so that the client notices
		}
	}}, nil
}

// invalid returns a problem of one value.
func invalid(field, text string) *problem.Problem {
	return problem.Of(assistant.FieldErrors{{Field: field, Problem: text}})
}
