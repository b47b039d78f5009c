package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestWebhooksInPagesAndAPI(t *testing.T) {
	s := newSite(t)
	const address = "https://example.com/hook?a=1"
	r := s.want(200, s.send("/webhooks", url.Values{"url": {address}}))
	if !strings.Contains(r.text, "whsec_") || r.Header.Get("ETag") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Error(r.Header, r.text)
	}
	r = s.want(200, s.ask("GET", "/webhooks", ""))
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(r.text)
	if id == nil || strings.Contains(r.text, "whsec_") || !strings.Contains(r.text, "https://example.com/hook?a=1") {
		t.Fatal(r.text)
	}
	if r := s.want(
		422, s.send("/webhooks", url.Values{"url": {"ftp://x"}}),
	); !strings.Contains(r.text, `value="ftp://x" required aria-invalid="true"`) {
		t.Error(r.text)
	}
	list := s.want(200, s.ask("GET", "/api/v1/webhooks", ""))
	if !strings.Contains(list.text, id[1]) || strings.Contains(list.text, "whsec_") {
		t.Error(list.text)
	}
	// Those of somebody else are there for nobody.
	owner := s.as
	s.as = s.account("taras")
	s.want(404, s.send("/webhooks/remove", url.Values{"id": {id[1]}}))
	s.want(404, s.ask("DELETE", "/api/v1/webhooks/"+id[1], ""))
	s.as = owner
	s.want(303, s.send("/webhooks/remove", url.Values{"id": {id[1]}}))

	s.want(422, s.ask("POST", "/api/v1/webhooks", `{"url":"https://user:secret@example.com"}`))
	made := s.object(s.want(201, s.ask("POST", "/api/v1/webhooks", `{"url":"http://example.com/"}`)))
	if secret, _ := made["secret"].(string); !strings.HasPrefix(secret, "whsec_") {
		t.Error(made)
	}
	s.want(204, s.ask("DELETE", "/api/v1/webhooks/"+made["id"].(string), ""))
	if r := s.want(200, s.ask("GET", "/api/v1/webhooks", "")); r.text != "[]\n" {
		t.Error(r.text)
	}
}
