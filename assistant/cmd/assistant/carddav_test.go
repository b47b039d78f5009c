package main

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A cardServer is assistant serve on a file that outlives it.
type cardServer struct {
	*testing.T
	dsn, password, book string
	cmd                 *exec.Cmd
}

func (s *cardServer) start() {
	s.Helper()
	s.cmd = exec.Command("assistant", "--store", s.dsn, "serve", "--addr", "127.0.0.1:0")
	stderr, err := s.cmd.StderrPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		s.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if url, found := strings.CutPrefix(lines.Text(), "listening on "); found {
			s.book = url + "/dav/books/olena/contacts/"
			return
		}
	}
	s.Fatal("the server has ended")
}

// ask returns the status 0 when nobody answers.
func (s *cardServer) ask(client *http.Client, method, name, body string) (int, string) {
	request, err := http.NewRequest(method, s.book+name, strings.NewReader(body))
	if err != nil {
		return 0, ""
	}
	request.SetBasicAuth("olena", s.password)
	response, err := client.Do(request)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, ""
	}
	return response.StatusCode, string(text)
}

var cardToken = regexp.MustCompile(`<d:sync-token>([^<]*)<`)

// changes returns the names of the cards that have changed since a token, and the next token.
func (s *cardServer) changes(since string) (map[string]bool, string) {
	s.Helper()
	names, next, status := s.follow(since)
	if status != http.StatusMultiStatus {
		s.Fatalf("status %d", status)
	}
	return names, next
}

// follow is changes with the status, which is 0 when no whole answer came.
func (s *cardServer) follow(since string) (names map[string]bool, next string, status int) {
	client := &http.Client{}
	defer client.CloseIdleConnections()
	status, text := s.ask(client, "REPORT", "", `<sync-collection xmlns="DAV:"><sync-token>`+since+`</sync-token>`+
		`<sync-level>1</sync-level></sync-collection>`)
	var answer struct {
		Hrefs []string `xml:"response>href"`
	}
	if status != http.StatusMultiStatus {
		return nil, "", status
	}
	if err := xml.Unmarshal([]byte(text), &answer); err != nil {
		return nil, "", 0
	}
	names = make(map[string]bool)
	for _, href := range answer.Hrefs {
		names[filepath.Base(href)] = true
	}
	return names, cardToken.FindStringSubmatch(text)[1], status
}

// TestKilledWhileSyncing: a server that is killed while clients write has lost nothing that it confirmed, has no card
// by halves, and no token passes a change.
func TestKilledWhileSyncing(t *testing.T) {
	t.Parallel()
	s := &cardServer{T: t, dsn: "sqlite:" + filepath.Join(t.TempDir(), "book.db")}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"user", "add", "olena", "--password-file", file}, {"user", "app-password", "olena"}} {
		out, err := exec.Command("assistant", append([]string{"--store", s.dsn}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		s.password = strings.TrimSpace(string(out))
	}
	card := func(name string) string {
		return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + name + "\r\nFN:" + name + "\r\nNOTE:" + strings.Repeat("x",
			20_000) + "\r\nEND:VCARD\r\n"
	}
	confirmed, token := make(map[string]bool), ""
	seen := make(map[string]bool)
	for round := range consoletest.Count(2, 30) {
		s.start()
		var mu sync.Mutex
		var group sync.WaitGroup
		enough := make(chan struct{}, 1000)
		for w := range 4 {
			group.Go(func() {
				client := &http.Client{}
				defer client.CloseIdleConnections()
				for i := 0; ; i++ {
					name := fmt.Sprintf("r%d-%d-%d", round, w, i)
					status, text := s.ask(client, "PUT", name, card(name))
					if status == 0 {
						return
					}
					if status != 201 {
						t.Errorf("status %d: %s", status, text)
						return
					}
					mu.Lock()
					confirmed[name] = true
					mu.Unlock()
					enough <- struct{}{}
				}
			})
		}
		for range 20 {
			select {
			case <-enough:
			case <-time.After(time.Minute):
				t.Fatal("the server does not confirm")
			}
		}
		if err := s.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = s.cmd.Wait() // it was killed
		group.Wait()

		s.start()
		var names map[string]bool
		names, token = s.changes(token)
		for name := range names {
			seen[name] = true
		}
		client := &http.Client{}
		for name := range confirmed {
			if !seen[name] {
				t.Errorf("the change of %s is in no answer", name)
			}
			if status, text := s.ask(client, "GET", name, ""); status != 200 || text != card(name) {
				t.Errorf("%s: status %d, %d bytes", name, status, len(text))
			}
		}
		client.CloseIdleConnections()
		if err := s.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = s.cmd.Wait() // it was killed
	}
}
