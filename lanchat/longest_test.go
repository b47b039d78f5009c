package lanchat_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat"
)

// longest are the longest texts that there are: MaxText bytes, and no line ending or one of the two.
func longest() map[string][]byte {
	text := bytes.Repeat([]byte("a"), lanchat.MaxText)
	return map[string][]byte{
		"no line ending": text, "LF": append(text[:len(text):len(text)], '\n'), "CR LF": append(
			text[:len(text):len(text)], "\r\n"...,
		),
	}
}

// TestLongest sends the longest texts in every form by the client, and one byte more by none.
func TestLongest(t *testing.T) {
	s := start(t, nil)
	c := client(t)
	for form, route := range map[string]lanchat.Route{
		"plain": {}, "framed": {Frames: true}, "secure": {Secure: true}, "pinned": {Pin: s.identity.Key().Pin()},
	} {
		route.Address = s.address
		for ending, body := range longest() {
			post := lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: body}
			if _, err := c.Send(t.Context(), route, post); err != nil {
				t.Errorf("%s, %s: %v", form, ending, err)
				continue
			}
			if m := <-s.received; !bytes.Equal(m.Body, body) {
				t.Errorf("%s, %s: %d bytes arrived of %d", form, ending, len(m.Body), len(body))
			}
		}
		for ending, body := range longest() {
			post := lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: append([]byte("b"), body...)}
			if _, err := c.Send(t.Context(), route, post); err == nil {
				t.Errorf("%s, %s: one byte more has an OK", form, ending)
			}
		}
	}
	s.stop()
	if n := len(s.texts()); n != 4*3 {
		t.Errorf("%d texts are stored", n)
	}
}

// TestLongestOfRealClients sends them by the programs that people have.
func TestLongestOfRealClients(t *testing.T) {
	for _, client := range []struct{ program, pack, command string }{
		{"nc.openbsd", "netcat-openbsd", "nc.openbsd -N HOST PORT"},
		{"nc.traditional", "netcat-traditional", "nc.traditional -q 10 HOST PORT"},
		{"ncat", "ncat", "ncat HOST PORT"},
		{"socat", "socat", "socat -t 10 - TCP:HOST:PORT"},
		{"bash", "bash", "exec 3<>/dev/tcp/HOST/PORT; cat >&3; cat <&3"},
	} {
		t.Run(client.program, func(t *testing.T) {
			t.Parallel()
			consoletest.Need(t, client.program, client.pack)
			s := start(t, nil)
			host, port, _ := strings.Cut(s.address, ":")
			line := strings.NewReplacer("HOST", host, "PORT", port).Replace(client.command)
			for ending, body := range longest() {
				cmd := exec.Command("bash", "-c", line)
				cmd.Stdin = bytes.NewReader(body)
				answer, err := cmd.CombinedOutput()
				if err != nil || string(answer) != "OK" {
					t.Errorf("%s: %q, %v", ending, answer, err)
					continue
				}
				if m := <-s.received; !bytes.Equal(m.Body, body) {
					t.Errorf("%s: %d bytes arrived of %d", ending, len(m.Body), len(body))
				}
			}
		})
	}
}
