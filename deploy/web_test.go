package deploy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The service for the browser: healthy by its own check, closed to strangers, with the first account of the secret
// file. It is killed, and what was answered is there afterwards, in the book that the console's service has, too.
func TestComposeWeb(t *testing.T) {
	address := freeAddress(t)
	t.Setenv("ASSISTANT_PUBLISH", address)
	p := compose(t, "web", "assistant")
	const service = "assistant-web"
	p.run("up", "--detach", service)
	p.healthy(service)

	owner, err := os.ReadFile(filepath.Join("secrets.d", "assistant_owner"))
	if err != nil {
		t.Fatal(err)
	}
	base := "http://" + address
	contacts := base + "/api/v1/contacts"
	if code, _ := request(t, http.MethodGet, contacts, "", "owner", string(owner)); code != http.StatusUnauthorized {
		t.Errorf("the API answers %d to the password of the pages, want 401", code)
	}
	if code, page := request(t, http.MethodGet, base+"/login", "", "", ""); code != http.StatusOK {
		t.Errorf("the page of the login answers %d: %s", code, page)
	}
	secret := p.run("exec", "-T", service, "/assistant", "user", "app-password", "owner", "--name", "test")
	secret = strings.TrimSpace(secret)
	code, answer := request(t, http.MethodPost, contacts, `{"name":"Оксана Шевчук"}`, "owner", secret)
	if code != http.StatusCreated {
		t.Fatalf("a contact by the API: %d %s", code, answer)
	}
	p.run("kill", "--signal", "SIGKILL", service)
	contains(t, p.once("assistant", "contact", "list"), "Оксана Шевчук")
	p.run("up", "--detach", service)
	p.healthy(service)
	if code, answer = request(t, http.MethodGet, contacts, "", "owner", secret); code != http.StatusOK {
		t.Errorf("the API answers %d: %s", code, answer)
	}
	contains(t, answer, "Оксана Шевчук")
	p.stopsCleanly(service)
}

// freeAddress is an address of the loopback interface that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// request asks a server and returns the status and the body of its answer.
func request(t *testing.T, method, url, body, user, password string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if r.Header.Set("Content-Type", "application/json"); user != "" {
		r.SetBasicAuth(user, password)
	}
	client := http.Client{Timeout: 20 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(fmt.Errorf("%s %s: %w", method, url, err))
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}
