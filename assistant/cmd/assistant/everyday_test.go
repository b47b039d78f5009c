package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// atTerminal starts one command on a terminal, with the address book of home.
func atTerminal(t *testing.T, home string, args ...string) *consoletest.Screen {
	t.Helper()
	environ := []string{"HOME=" + home, "XDG_DATA_HOME=", "XDG_STATE_HOME=", "TZ=UTC", "NO_COLOR=1", "LANG=C"}
	return consoletest.Terminal(t, append(environ, "VISUAL="+filepath.Join(home, "editor")), "assistant", args...)
}

// done waits for the end of a command.
func done(t *testing.T, s *consoletest.Screen, code int) {
	t.Helper()
	if got := s.Ended(); got != code {
		t.Errorf("exit code %d, not %d: %s", got, code, s.Text())
	}
}

// TestForm: contact add asks for the fields, and asks again for what is wrong.
func TestForm(t *testing.T) {
	home := t.TempDir()
	s := atTerminal(t, home, "contact", "add")
	for _, step := range [][2]string{
		{`name: `, ""},
		{`a contact needs a name(?s:.*)name: `, "Іван Франко"},
		{`phone: `, "12x"},
		{`phone "12x": not a telephone number(?s:.*)phone: `, "067 111 22 33"},
		{`phone: `, "дача:044 555 44 33"},
		{`phone: `, ""},
		{`email: `, ""},
		{`birthday: `, "27.08.1856"},
		{`organization: `, ""},
		{`address: `, ""},
		{`tags: `, "поети, класики"},
		{`note: `, "не той"},
	} {
		s.Await(step[0])
		s.Type(step[1] + "\r")
	}
	s.Await(`added Іван Франко`)
	done(t, s, 0)
	s = atTerminal(t, home, "contact", "show", "Іван Франко", "--json")
	s.Await(`"phones":\[{"e164":"\+380671112233","typed":"067 111 22 33"},{"type":"дача",.*` +
		`"birthday":"1856-08-27","note":"не той","tags":\["класики","поети"\]`)
	done(t, s, 0)
}

// TestNumbersOfTheLastList: %2 is what the last list on this terminal showed as 2, also after the first was removed.
func TestNumbersOfTheLastList(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"Анна", "Богдан", "Віра"} {
		done(t, atTerminal(t, home, "contact", "add", "--name", name), 0)
	}
	s := atTerminal(t, home, "contact", "list")
	s.Await(`1  Анна\s+2  Богдан\s+3  Віра`)
	done(t, s, 0)
	s = atTerminal(t, home, "contact", "rm", "%1")
	s.Await(`remove contact "Анна"\? \[y/N\] `)
	s.Type("y\r")
	done(t, s, 0)
	s = atTerminal(t, home, "contact", "show", "%2")
	s.Await(`Богдан`)
	done(t, s, 0)
	s = atTerminal(t, home, "contact", "show", "%1")
	s.Await(`no contact`)
	done(t, s, 4)
	s = atTerminal(t, home, "contact", "show", "%9")
	s.Await(`no contact "%9"`)
	done(t, s, 4)
	done(t, atTerminal(t, home, "contact", "list", "--tag", "nobody"), 0) // the last list is that of nobody
	s = atTerminal(t, home, "contact", "show", "%2")
	s.Await(`no contact "%2"`)
	done(t, s, 4)
}

// TestWhoIsMeant: what only matches is asked about, and nothing is nobody.
func TestWhoIsMeant(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"Іванна Коваль", "Іван Коваленко"} {
		done(t, atTerminal(t, home, "contact", "add", "--name", name), 0)
	}
	s := atTerminal(t, home, "contact", "rm", "Іван", "--yes")
	s.Await(`which one\?`)
	s.Type("\r")
	s.Await(`nothing was changed`)
	done(t, s, 4)
	s = atTerminal(t, home, "contact", "rm", "Коваль", "--yes")
	s.Await(`1  Іванна Коваль(?s:.*)which one\?`)
	s.Type("1\r")
	s.Await(`removed Іванна Коваль`)
	done(t, s, 0)
}

// TestSentenceOfTheShell: a sentence as words of the shell is shown, and run by Enter alone.
func TestSentenceOfTheShell(t *testing.T) {
	home := t.TempDir()
	done(t, atTerminal(t, home, "contact", "add", "--name", "Олена Кравець"), 0)
	for _, test := range []struct {
		answer, said string
		code         int
	}{{"n", `nothing was changed`, 1}, {"", `changed Олена Кравець .* now version 2`, 0}} {
		s := atTerminal(t, home, "запиши", "телефон", "Олени", "067", "111", "22", "33")
		s.Await(`contact edit 'Олена Кравець' --add-phone '067 111 22 33'(?s:.*)Enter alone runs it\.`)
		s.Type(test.answer + "\r")
		s.Await(test.said)
		done(t, s, test.code)
	}
}

// TestEditorComesBack: what was typed wrong in the editor comes back with the reason, and nothing is lost.
func TestEditorComesBack(t *testing.T) {
	home := t.TempDir()
	editor := `#!/bin/sh
if grep -q '^# ! ' "$1"; then cp "$1" "$HOME/second"; sed -i 's/ніколи/25.02.1871/' "$1"
else sed -i 's/^birthday:.*/birthday: ніколи/; s/^dates:.*/dates: ["весілля:06.05.2010"]/' "$1"; fi
`
	if err := os.WriteFile(filepath.Join(home, "editor"), []byte(editor), 0o700); err != nil {
		t.Fatal(err)
	}
	done(t, atTerminal(t, home, "contact", "add", "--name", "Леся Косач"), 0)
	s := atTerminal(t, home, "contact", "edit", "Леся Косач")
	s.Await(`changed Леся Косач`)
	done(t, s, 0)
	second, err := os.ReadFile(filepath.Join(home, "second"))
	if err != nil || !strings.HasPrefix(string(second), `# ! birthday "ніколи": no such date`) {
		t.Errorf("%v: %s", err, second)
	}
	s = atTerminal(t, home, "contact", "show", "Леся Косач", "--json")
	s.Await(`"birthday":"1871-02-25","dates":\[{"type":"весілля","date":"2010-05-06"}\]`)
	done(t, s, 0)
}

// TestRestoreAfterACrash: a backup comes back also when the journal of a process that was killed lies beside the
// store; and one that was put there by hand, with that journal, is told from a good one.
func TestRestoreAfterACrash(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file, backup := filepath.Join(folder, "book.db"), filepath.Join(folder, "backup.db")
	run := func(args ...string) string {
		out, err := exec.Command("assistant", append([]string{"--store", "sqlite:" + file}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
		return string(out)
	}
	run("contact", "add", "--name", "Before")
	run("db", "backup", backup)
	killAfterWrite(t, file)
	if info, err := os.Stat(file + "-wal"); err != nil || info.Size() == 0 {
		t.Fatalf("the kill left no journal: %v", err)
	}
	if out := run("db", "restore", backup, "--yes"); !strings.Contains(out, "restored") {
		t.Error(out)
	}
	if out := run("contact", "list", "--json"); strings.Count(out, `"name"`) != 1 || !strings.Contains(out, "Before") {
		t.Error(out)
	}
	if out := run("db", "copies"); !strings.Contains(out, "restore") {
		t.Errorf("what was there is not kept: %s", out)
	}

	killAfterWrite(t, file)
	content, err := os.ReadFile(backup)
	if err == nil {
		err = os.WriteFile(file, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	// By luck the journal fits; whatever comes, it is no error of Go.
	out, err := exec.Command("assistant", "--store", "sqlite:"+file, "contact", "list").CombinedOutput()
	if err != nil && (strings.Contains(string(out), "Scan") || !strings.Contains(string(out), "-wal")) {
		t.Errorf("%v: %s", err, out)
	}
	run("db", "restore", backup, "--yes")
	if out := run("contact", "list", "--json"); strings.Count(out, `"name"`) != 1 {
		t.Error(out)
	}
}

// killAfterWrite kills a session after it has confirmed a change.
func killAfterWrite(t *testing.T, file string) {
	t.Helper()
	cmd := exec.Command("assistant", "--store", "sqlite:"+file)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "contact add --name After\n"); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "added After") {
		t.Fatal(line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// TestCopiesAreKept: a copy is kept before a migration and before an import, and at most twelve of all.
func TestCopiesAreKept(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "book.db")
	old, err := os.ReadFile("../../internal/transfer/testdata/v1.db")
	if err == nil {
		err = os.WriteFile(file, old, 0o600)
	}
	card := filepath.Join(t.TempDir(), "card.vcf")
	if err == nil {
		err = os.WriteFile(card, []byte("BEGIN:VCARD\nVERSION:3.0\nFN:Леся\nEND:VCARD\n"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		out, err := exec.Command("assistant", append([]string{"--store", "sqlite:" + file}, args...)...).Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return string(out)
	}
	reasons := func() (list []string) {
		for line := range strings.Lines(run("db", "copies", "--json")) {
			_, rest, _ := strings.Cut(line, `"reason":"`)
			reason, _, _ := strings.Cut(rest, `"`)
			list = append(list, reason)
		}
		return list
	}
	run("contact", "list")
	if diff := cmp.Diff([]string{"migration"}, reasons()); diff != "" {
		t.Fatal(diff)
	}
	for range 3 { // nothing has changed between the last two
		run("contact", "import", card)
	}
	run("contact", "add", "--name", "Інша")
	run("contact", "import", card)
	if diff := cmp.Diff([]string{"migration", "import", "import", "import"}, reasons()); diff != "" {
		t.Error(diff)
	}
	for day := range 12 {
		name := fmt.Sprintf("200101%02dT120000.000Z-day.db", day+1)
		if err := os.WriteFile(filepath.Join(file+".copies", name), old, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("contact", "add", "--name", "Ще одна")
	run("contact", "import", card)
	if got := reasons(); len(got) != 12 || strings.Join(got[7:], " ") != "migration import import import import" {
		t.Errorf("%d copies: %v", len(got), got)
	}
	copies := run("db", "copies", "--json")
	_, rest, _ := strings.Cut(copies[strings.LastIndex(copies, `"file":`):], `"file":"`)
	last, _, _ := strings.Cut(rest, `"`)
	run("db", "restore", last, "--yes")
	if out := run("contact", "list", "--json"); !strings.Contains(out, "Ще одна") {
		t.Errorf("the last copy has not what was there before the import: %s", out)
	}
}
