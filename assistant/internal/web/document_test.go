package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// A documentClient knows of the API what its document says, and nothing else.
type documentClient struct {
	*site
	document map[string]any
	base     string
	values   map[string]string // for the parameters of paths
	called   map[string]bool
}

func newDocumentClient(s *site) *documentClient {
	s.Helper()
	as := s.as
	s.as = nil // the document is for everybody
	document := s.object(s.want(200, s.ask("GET", "/api/v1/openapi.json", "")))
	s.want(200, s.ask("GET", "/api/v1/docs", ""))
	s.as = as
	if version, _ := document["openapi"].(string); !strings.HasPrefix(version, "3.1") {
		s.Errorf("version %q", version)
	}
	base := document["servers"].([]any)[0].(map[string]any)["url"].(string)
	return &documentClient{s, document, base, make(map[string]string), make(map[string]bool)}
}

// operation finds an operation by its id.
func (c *documentClient) operation(id string) (method, path string, operation map[string]any) {
	c.Helper()
	for path, item := range c.document["paths"].(map[string]any) {
		for method, each := range item.(map[string]any) {
			if operation, ok := each.(map[string]any); ok && operation["operationId"] == id {
				return strings.ToUpper(method), path, operation
			}
		}
	}
	c.Fatalf("no operation %s", id)
	return "", "", nil
}

// call runs an operation as the document describes it, and checks that the answer is one that the document promises.
func (c *documentClient) call(id string, body any, query string) any {
	c.Helper()
	method, path, operation := c.operation(id)
	c.called[id] = true
	for name, value := range c.values {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	sent, kind := "", ""
	if request, ok := operation["requestBody"].(map[string]any); ok {
		for kind = range request["content"].(map[string]any) {
		}
		if text, ok := body.(string); ok {
			sent = text
		} else {
			bytes, err := json.Marshal(body)
			if err != nil {
				c.Fatal(err)
			}
			sent = string(bytes)
			schema := request["content"].(map[string]any)[kind].(map[string]any)["schema"].(map[string]any)
			c.fits(id+" request", schema, body)
		}
	}
	r := c.ask(method, c.base+path+query, sent, "Content-Type", kind)
	responses := operation["responses"].(map[string]any)
	response, ok := responses[fmt.Sprint(r.StatusCode)].(map[string]any)
	if !ok || r.StatusCode >= 300 {
		c.Fatalf("%s: %d is not in %v: %s", id, r.StatusCode, slices.Sorted(maps.Keys(responses)), r.text)
	}
	for name := range object(response["headers"]) {
		if r.Header.Get(name) == "" {
			c.Errorf("%s: no header %s", id, name)
		}
	}
	content := object(response["content"])
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if len(content) == 0 {
		return nil
	}
	described, ok := content[media].(map[string]any)
	if !ok {
		c.Fatalf("%s answers %q: %v", id, media, content)
	}
	if media != "application/json" {
		return r.text
	}
	var answer any
	if err := json.Unmarshal([]byte(r.text), &answer); err != nil {
		c.Fatal(err)
	}
	c.fits(id, described["schema"].(map[string]any), answer)
	return answer
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// fits says whether a value is one that a schema describes (JSON Schema 2020-12, as far as the document uses it).
func (c *documentClient) fits(place string, schema map[string]any, value any) {
	c.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		schema = c.document["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)
	}
	types, ok := schema["type"].([]any)
	if one, isOne := schema["type"].(string); isOne {
		types, ok = []any{one}, true
	}
	is := typeOf(value)
	if is == "integer" && slices.Contains(types, any("number")) {
		is = "number"
	}
	if ok && !slices.Contains(types, any(is)) {
		c.Errorf("%s: %v is %s, not %v", place, value, is, types)
		return
	}
	switch value := value.(type) {
	case map[string]any:
		properties := object(schema["properties"])
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := value[name.(string)]; !ok {
				c.Errorf("%s: %v is missing", place, name)
			}
		}
		for name, each := range value {
			property, known := properties[name].(map[string]any)
			if !known && name != "$schema" {
				c.Errorf("%s.%s is not described", place, name)
				continue
			}
			c.fits(place+"."+name, property, each)
		}
	case []any:
		for i, each := range value {
			c.fits(fmt.Sprintf("%s[%d]", place, i), object(schema["items"]), each)
		}
	case string:
		if schema["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339, value); err != nil {
				c.Errorf("%s: %v", place, err)
			}
		}
	}
}

func typeOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if value == float64(int64(value)) {
			return "integer"
		}
		return "number"
	}
	return "object"
}

// A client that was written from the document alone gets along with every operation.
func TestClientFromTheDocument(t *testing.T) {
	c := newDocumentClient(newSite(t))
	contact := object(c.call("create-contact", map[string]any{
		"name": "Леся Українка", "phones": []any{
			map[string]any{"typed": "067 123 45 67", "type": "cell"},
		}, "birthday": "1871-02-25",
		"emails": []any{
			map[string]any{"address": "lesya@example.com"},
		}, "tags": []any{"поети"}, "note": "нотатка", "call_every": 30.0,
		"addresses": []any{map[string]any{"street": "вул. Саксаганського, 97", "locality": "Київ"}},
		"web_pages": []any{map[string]any{"url": "https://example.com"}}, "relations": []any{
			map[string]any{"name": "Ольга", "type": "mother"},
		},
	}, ""))
	c.values["id"], c.values["version"] = contact["id"].(string), "1"
	got := object(c.call("get-contact", nil, ""))
	got["note"] = "інша"
	c.call("replace-contact", got, "")
	c.call("list-contacts", nil, "?limit=1&sort=updated&tag=поети")
	c.call("list-books", nil, "")
	c.call("list-contact-tags", nil, "")
	c.call("list-contact-history", nil, "")
	c.call("get-contact-version", nil, "")
	c.call("undo-contact", nil, "?to=1")
	c.call("search", nil, "?q=лес")
	c.call("list-birthdays", nil, "?on=2027-02-20&days=30")
	c.call("list-tags", nil, "")
	c.values["tag"] = "поети"
	c.call("set-interval", map[string]any{"call_every": 30.0}, "")
	c.call("list-intervals", nil, "")
	c.call("delete-interval", nil, "")
	if cards := c.call("export", nil, ""); !strings.Contains(cards.(string), "FN:Леся Українка") {
		t.Error(cards)
	}
	c.call(
		"import", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Марта\r\nTEL:067 123 45 67\r\nEND:VCARD\r\nBEGIN:VCARD\r\nEND:VCARD\r\n",
		"",
	)
	group := object(c.call("list-duplicates", nil, "").([]any)[0])["ids"].([]any)
	c.call("merge-contacts", map[string]any{"into": group[0], "other": group[1]}, "")
	c.values["id"] = group[1].(string)
	c.call("unmerge-contact", nil, "")
	c.call("delete-contact", nil, "")
	c.call("list-trash", nil, "")
	c.call("restore-contact", nil, "")

	note := object(
		c.call(
			"create-note",
			map[string]any{"title": "Покупки", "text": "хліб", "due": "2030-01-02", "remind": 3.0, "tags": []any{"дім"}}, "",
		),
	)
	c.values["id"] = note["id"].(string)
	got = object(c.call("get-note", nil, ""))
	got["text"] = "молоко"
	c.call("replace-note", got, "")
	c.call("list-notes", nil, "?done=open&sort=due")
	c.call("list-note-tags", nil, "")
	c.call("list-note-history", nil, "")
	c.call("get-note-version", nil, "")
	c.call("undo-note", nil, "")
	c.call("delete-note", nil, "")
	c.call("restore-note", nil, "")

	hook := object(c.call("create-webhook", map[string]any{"url": "https://example.com/"}, ""))
	c.call("list-webhooks", nil, "")
	c.values["id"] = hook["id"].(string)
	c.call("delete-webhook", nil, "")

	for path, item := range c.document["paths"].(map[string]any) {
		for _, each := range object(item) {
			if id, _ := object(each)["operationId"].(string); id != "" && !c.called[id] {
				t.Errorf("%s of %s was not tried", id, path)
			}
		}
	}
}
