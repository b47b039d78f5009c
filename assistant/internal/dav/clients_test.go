package dav_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A dialogue is a request as a client sends it, and what its answer has: the status, and parts of headers or body;
// what begins with ! the answer has not.
type dialogue struct {
	method, path string
	header       []string
	body         []string
	status       int
	parts        []string
}

// readDialogues reads a file in which requests begin with > and answers with <.
func readDialogues(t *testing.T, file string) []*dialogue {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []*dialogue
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "> "):
			e := &dialogue{}
			e.method, line, _ = strings.Cut(line[2:], " ")
			e.path, line, _ = strings.Cut(line, " ")
			if name, value, ok := strings.Cut(line, ": "); ok {
				e.header = []string{name, value}
			}
			list = append(list, e)
		case strings.HasPrefix(line, "< "):
			if list[len(list)-1].status, err = strconv.Atoi(line[2:]); err != nil {
				t.Fatal(err)
			}
		case list[len(list)-1].status == 0:
			list[len(list)-1].body = append(list[len(list)-1].body, line)
		default:
			list[len(list)-1].parts = append(list[len(list)-1].parts, line)
		}
	}
	return list
}

// What the widespread clients send is answered as they need it.
func TestRequestsOfClients(t *testing.T) {
	files, err := filepath.Glob("testdata/clients/*.txt")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := memory(t)
			for _, e := range readDialogues(t, file) {
				answer := s.want(e.status, s.ask(e.method, e.path, strings.Join(e.body, "\r\n"), e.header...))
				var header bytes.Buffer
				if err := answer.Header.Write(&header); err != nil {
					t.Fatal(err)
				}
				whole := header.String() + strings.ReplaceAll(answer.text, "&#xD;", "")
				for _, part := range e.parts {
					wanted, isAbsent := strings.CutPrefix(part, "! ")
					if strings.Contains(whole, wanted) == isAbsent {
						t.Errorf("%s %s: %q, absent %v:\n%s", e.method, e.path, wanted, isAbsent, whole)
					}
				}
			}
		})
	}
}
