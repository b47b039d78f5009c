package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web/visit"
	"github.com/pythonweb/goweb/assistant/internal/webhook"
)

// webhooks registers the operations on the addresses that are notified of changes.
func webhooks(a huma.API, library assistant.AccountStore) {
	h := hooks{library}
	list := operation("list-webhooks", http.MethodGet, "/webhooks",
		"List the addresses that are notified of changes and reminders")
	list.Parameters = nil // an address is notified of changes in all books of the account
	huma.Register(a, list, h.list)
	create := operation("create-webhook", http.MethodPost, "/webhooks", "Notify an address of changes and reminders")
	create.Description = "The answer has the secret of the signature, once. The address gets a POST with the headers " +
		"webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks; what it does not answer with a status " +
		"from 200 to 299 is sent again."
	create.DefaultStatus, create.Parameters = http.StatusCreated, nil
	huma.Register(a, create, h.create)
	remove := operation("delete-webhook", http.MethodDelete, "/webhooks/{id}", "Stop notifying an address")
	remove.DefaultStatus, remove.Parameters = http.StatusNoContent, nil
	huma.Register(a, remove, h.remove)
}

type hooks struct{ library assistant.AccountStore }

// A Webhook is an address that is notified of changes and reminders.
type Webhook struct {
	ID      string    `json:"id" readOnly:"true"`
	URL     string    `json:"url" doc:"http or https"`
	Created time.Time `json:"created" readOnly:"true" doc:"It is told of what came later"`
	Secret  string    `json:"secret,omitempty" readOnly:"true" doc:"Of the signature; only in the answer to its creation"`
	webhook.State
}

func (h hooks) list(ctx context.Context, _ *struct{}) (*struct {
	Body []Webhook `nullable:"false"`
}, error,
) {
	account := visit.From(ctx).AccountID
	list, err := webhook.Hooks(ctx, h.library, account)
	if err != nil {
		return nil, failed(err)
	}
	states, err := webhook.States(ctx, h.library, account)
	if err != nil {
		return nil, failed(err)
	}
	shown := make([]Webhook, len(list))
	for i, each := range list {
		shown[i] = Webhook{ID: each.ID, URL: each.URL, Created: each.Created, State: states[each.ID]}
	}
	return &struct {
		Body []Webhook `nullable:"false"`
	}{shown}, nil
}

func (h hooks) create(ctx context.Context, in *struct {
	Body struct {
		URL string `json:"url" doc:"http or https"`
	}
},
) (*struct{ Body Webhook }, error) {
	hook, err := webhook.Add(ctx, h.library, visit.From(ctx).AccountID, in.Body.URL, time.Now())
	if err != nil {
		return nil, failed(err)
	}
	return &struct{ Body Webhook }{Webhook{ID: hook.ID, URL: hook.URL, Created: hook.Created, Secret: hook.Secret}}, nil
}

func (h hooks) remove(ctx context.Context, in *struct {
	ID string `path:"id" doc:"The webhook's id"`
},
) (*struct{}, error) {
	if err := webhook.Remove(ctx, h.library, visit.From(ctx).AccountID, in.ID); err != nil {
		return nil, failed(err)
	}
	return nil, nil
}
