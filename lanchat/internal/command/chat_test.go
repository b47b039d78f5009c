package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
)

// chatting opens a chat with a listener.
func chatting(t *testing.T, data, address string) *consoletest.Screen {
	t.Helper()
	s := consoletest.Terminal(t, nil, "lanchat", "chat", "--no-mdns", "--data", data, "--listen", "127.0.0.1:0", address)
	s.Await("listening on")
	return s
}

// await waits until text is stored in data, byte for byte but for the line ending of plain text.
func await(t *testing.T, data, text string) {
	t.Helper()
	waitText(t, data, text)
}

// TestChatLines sends texts of several lines: pasted ones byte for byte, and those that are typed with Alt-Enter
// and Ctrl-J. A text that
// begins with two slashes begins with one.
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
	s.Await("Alt-Enter or Ctrl-J begins a line")
	// Up recalls, and what is recalled can be changed.
	s.Type("\x1b[A\x1b[A\x1b[A\x7f\x7f\x7f\x7f\x7f\x7f\x7fmark\r")
	if n := stored(t, theirs)["/unknown"] + stored(t, theirs)["/help"]; n != 0 {
		t.Errorf("%d commands were sent", n)
	}
	file := filepath.Join(t.TempDir(), "said")
	s.Type("/save " + file + "\r")
	s.Await(`messages are in`)
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), `"text":"one\ntwo\nthree"`) {
		t.Errorf("saved: %s, %v", text, err)
	}
	s.Type("/quit\r")
	if code := s.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
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
	s := consoletest.Terminal(t, nil, "lanchat", "chat", "--no-mdns", "--notify", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
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
	box, err := mailbox.Open(t.Context(), "sqlite:"+filepath.Join(data, "lanchat.db"))
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
