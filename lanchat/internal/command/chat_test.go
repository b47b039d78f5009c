package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// chat opens a chat with a listener on a terminal of its own.
func chat(t *testing.T, data, address string) *consoletest.Screen {
	t.Helper()
	const listen = "127.0.0.1:0"
	return consoletest.Terminal(t, nil, "lanchat", "chat", "--no-mdns", "--data", data, "--listen", listen, address)
}

// chatting is chat that listens already.
func chatting(t *testing.T, data, address string) *consoletest.Screen {
	t.Helper()
	s := chat(t, data, address)
	s.Await("listening on")
	return s
}

// await waits until text is stored in data, byte for byte but for the line ending of plain text.
func await(t *testing.T, data, text string) {
	t.Helper()
	waitText(t, data, text)
}

// TestChatLines sends texts of several lines: pasted ones byte for byte, and those that are typed with Alt-Enter and
// Ctrl-J. A text that begins with two slashes begins with one.
func TestChatLines(t *testing.T) {
	t.Parallel()
	theirs := t.TempDir()
	l := listen(t, theirs, "")
	s := chatting(t, t.TempDir(), l.address)
	s.Type("\x1b[200~first\r\n\tsecond  \r\rfourth 日本 👩‍👩‍👧 ї\x1b[201~")
	s.Await("fourth")
	s.Type("\r")
	await(t, theirs, "first\n\tsecond  \n\nfourth 日本 👩‍👩‍👧 ї")
	s.Type("one\x1b\rtwo\nthree\r")
	await(t, theirs, "one\ntwo\nthree")
	s.Type("//not a command\r")
	await(t, theirs, "/not a command")
	s.Type("/unknown\r")
	s.Await("there is no command /unknown")
	s.Type("/help\r")
	s.Await("Alt-Enter or Ctrl-J breaks the line")
	// Up recalls, and what is recalled can be changed.
	s.Type("\x1b[A\x1b[A\x1b[A\x7f\x7f\x7f\x7f\x7f\x7f\x7fmark\r")
	if n := stored(t, theirs)["/unknown"] + stored(t, theirs)["/help"]; n != 0 {
		t.Errorf("%d commands were sent", n)
	}
	file := filepath.Join(t.TempDir(), "said")
	s.Type("/save " + file + "\r")
	s.Await(`messages saved to`)
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"text":"one\ntwo\nthree"`) {
		t.Errorf("saved: %s, %v", text, err)
	}
	s.Type("/quit\r")
	if code := s.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestChatLongTexts shows of the longest texts the beginning, those of the history and those that arrive; between them
// one types as ever.
func TestChatLongTexts(t *testing.T) {
	t.Parallel()
	theirs, data := t.TempDir(), t.TempDir()
	them := listen(t, theirs, "")
	long := []byte("begin" + strings.Repeat("ї", (lanchat.MaxText-len("begin"))/2))
	whole := 0
	send := func(address string) {
		t.Helper()
		whole++
		_, err := (&lanchat.Client{}).Send(
			t.Context(), lanchat.Route{Address: address}, lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: long},
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	us := listen(t, data, "")
	send(us.address)
	send(us.address)
	_ = us.Process.Kill()
	us.end(t)
	const told = `16\.0 MiB in all`
	s := chat(t, data, them.address)
	s.Await(told)
	address := regexp.MustCompile(`listening on (\S+:\d+)`).FindStringSubmatch(s.Text())[1]
	send(address)
	s.Type("short\r")
	await(t, theirs, "short")
	s.Type("\x1b[Aer\r") // Up brings the short one
	await(t, theirs, "shorter")
	if n := strings.Count(s.Text(), "ї"); n == 0 || n > 1<<20 {
		t.Errorf("%d letters were drawn", n)
	}
	file := filepath.Join(t.TempDir(), "said")
	s.Type("/save " + file + "\r")
	s.Await(`messages saved to`)
	text, err := os.ReadFile(file)
	if n := strings.Count(string(text), `"text":"`+string(long)); err != nil || n != whole {
		t.Errorf("saved: %d bytes with %d texts of %d, %v", len(text), n, whole, err)
	}
}

// TestChatDraft kills the chat: what was being typed is there again, what was sent is not.
func TestChatDraft(t *testing.T) {
	t.Parallel()
	theirs, data := t.TempDir(), t.TempDir()
	l := listen(t, theirs, "")
	s := chatting(t, data, l.address)
	s.Type("sent\r")
	await(t, theirs, "sent")
	s.Type("not yet sent")
	s.Await("sent")
	for kept := ""; kept != "not yet sent"; kept = draft(t, data, l.address) {
		if t.Context().Err() != nil {
			t.Fatal("the draft is not kept")
		}
	}
	s.Signal(syscall.SIGKILL)
	s.Ended()
	s = chatting(t, data, l.address)
	s.Await("> not yet sent")
	s.Type("\r")
	await(t, theirs, "not yet sent")
	s.Signal(syscall.SIGKILL)
	s.Ended()
	if kept := draft(t, data, l.address); kept != "" {
		t.Errorf("a text that was sent is a draft: %q", kept)
	}
}

// TestChatPeers has one window for several peers: a list with counts of what is unread, a bell, and answers that
// go to the one who is shown.
func TestChatPeers(t *testing.T) {
	t.Parallel()
	anna, bohdan := t.TempDir(), t.TempDir()
	la, lb := listenWith(t, anna, "", []string{"--name", "anna"}), listenWith(t, bohdan, "", []string{"--name", "bohdan"})
	s := consoletest.Terminal(
		t, nil, "lanchat", "chat", "--no-mdns", "--notify", "--data", t.TempDir(), "--listen", "127.0.0.1:0",
	)
	s.Await("listening on")
	address := regexp.MustCompile(`listening on (\S+:\d+)`).FindStringSubmatch(s.Text())[1]
	write := func(from *listener, data, text string) {
		t.Helper()
		// A listener that is known speaks frames, and says who it is.
		run(t, "lanchat", "send", "--no-mdns", "--secure", "--data", data, address, text)
		_ = from
	}
	write(la, anna, "from anna")
	s.Await("from anna")
	write(lb, bohdan, "from bohdan")
	s.Await("1 anna")
	s.Type("\x1b1") // anna's window
	s.Await(`\[1 anna\]`)
	write(lb, bohdan, "psst")
	s.Await("\x1b\\]9;[^\a]*psst\a")
	s.Await(`\(1\) lanchat`) // in the title of the window
	s.Type("answer for anna\r")
	await(t, anna, "answer for anna")
	s.Type("\t") // bohdan's window
	s.Type("answer for bohdan\r")
	await(t, bohdan, "answer for bohdan")
	if n := stored(t, anna)["answer for bohdan"]; n != 0 {
		t.Error("anna has got bohdan's answer")
	}
	s.Type("/search PSST\r")
	s.Await(`\* .*bohdan.*psst`)
}

// draft returns what is kept of what is being typed.
func draft(t *testing.T, data, peer string) string {
	t.Helper()
	box, err := mailbox.Open(t.Context(), filepath.Join(data, "lanchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	text, err := box.Draft(t.Context(), peer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestChatUnread kills the chat: what was not seen is counted as unread when it begins again, until somebody is there.
func TestChatUnread(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	begin := func() (*consoletest.Screen, string) {
		s := consoletest.Terminal(t, nil, "lanchat", "chat", "--no-mdns", "--data", data, "--listen", "127.0.0.1:0")
		s.Await("listening on")
		return s, regexp.MustCompile(`listening on (\S+:\d+)`).FindStringSubmatch(s.Text())[1]
	}
	s, address := begin()
	theirs := t.TempDir()
	write := func(text string) {
		t.Helper()
		run(t, "lanchat", "send", "--no-mdns", "--data", theirs, address, text)
	}
	write("seen")
	write("seen too")
	s.Await("seen too")
	s.Type("/help\r")
	s.Await("Alt-Enter")
	for begun := time.Now(); read(t, data)["127.0.0.1"] < 2; {
		if time.Since(begun) > patience {
			t.Fatalf("read: %v", read(t, data))
		}
	}
	s.Signal(syscall.SIGKILL)
	s.Ended()

	s, address = begin()
	s.Type("\x1b[O") // the user looks at another window
	write("one")
	write("two")
	s.Await(`\(2\) lanchat`)
	s.Signal(syscall.SIGKILL)
	s.Ended()

	s, _ = begin()
	if !strings.Contains(s.Text(), "(2) lanchat") {
		s.Await(`\(2\) lanchat`)
	}
	s.Await("new ─")
	s.Type("x")
	s.Await(`\]0;lanchat|\]2;lanchat`) // the title of the window counts nothing any more
	s.Type("\x7f\x04")
	s.Ended()

	s, _ = begin()
	s.Type("/help\r")
	s.Await("Alt-Enter")
	if strings.Contains(s.Text(), "(2)") || strings.Contains(s.Text(), "new ─") {
		t.Errorf("what was seen is unread: %q", s.Text())
	}
}

// TestChatNotifies has a stand-in for the program of the desktop: with --notify it gets what the user does not see, as
// it was written and harmless.
func TestChatNotifies(t *testing.T) {
	t.Parallel()
	bin, told := t.TempDir(), filepath.Join(t.TempDir(), "told")
	script := "#!/bin/sh\nprintf '<%s>' \"$@\" >>" + told + "\n"
	if err := os.WriteFile(filepath.Join(bin, "notify-send"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "DISPLAY=:1"}
	s := consoletest.Terminal(
		t, env, "lanchat", "chat", "--no-mdns", "--notify", "--data", t.TempDir(), "--listen", "127.0.0.1:0",
	)
	s.Await("listening on")
	address := regexp.MustCompile(`listening on (\S+:\d+)`).FindStringSubmatch(s.Text())[1]
	data := t.TempDir()
	run(t, "lanchat", "send", "--no-mdns", "--data", data, address, "\xef\xf0\xe8\xe2\xb3\xf2")
	s.Await("not UTF-8: --encoding cp1251")
	s.Type("\x1b[O")
	run(t, "lanchat", "send", "--no-mdns", "--data", data, address, "--", "-i <b>&\x1b]9;x\a $(id)")
	s.Await(`\(1\) lanchat`)
	s.Type("\x04")
	s.Ended() // waits for what runs
	text, err := os.ReadFile(told)
	want := "<--app-name=lanchat><--><"
	body := `><-i &lt;b&gt;&amp;\x1b]9;x\x07 $(id)>`
	if err != nil || !strings.HasPrefix(string(text), want) || !strings.HasSuffix(string(text), body) {
		t.Errorf("notify-send was told %q, %v", text, err)
	}
	if strings.Contains(s.Text(), "\x1b]9;") {
		t.Error("the terminal was told, too")
	}
}

// read returns what is kept of what was seen.
func read(t *testing.T, data string) map[string]int64 {
	t.Helper()
	box, err := mailbox.Open(t.Context(), filepath.Join(data, "lanchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	read, err := box.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return read
}
