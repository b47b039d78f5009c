package lanchat_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// python is a client in one of the habits that courses teach.
func python(body string) string {
	return `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.settimeout(20)
` + body
}

// TestRealClients lets the programs that people have send to the server. HOST and PORT stand for its address.
func TestRealClients(t *testing.T) {
	long := strings.Repeat("довгий рядок ", 20_000)
	for _, tc := range []struct {
		name    string
		program string // that must be there
		pack    string // the Debian package that has it
		command []string
		input   string
		want    string // stored
		silent  bool   // the client does not print the answer
	}{
		{
			"nc.openbsd", "nc.openbsd", "netcat-openbsd",
			[]string{"nc.openbsd", "-N", "HOST", "PORT"},
			"from nc\n", "from nc\n",
			false,
		},
		{
			"nc.openbsd that never ends its half", "nc.openbsd", "netcat-openbsd",
			[]string{"nc.openbsd", "HOST", "PORT"},
			"from nc", "from nc", false,
		},
		{"nc.openbsd, long", "nc.openbsd", "netcat-openbsd", []string{"nc.openbsd", "-N", "HOST", "PORT"}, long, long, false},
		{
			"nc.openbsd, long line that stays open", "nc.openbsd", "netcat-openbsd",
			[]string{"nc.openbsd", "HOST", "PORT"},
			long + "\n", long + "\n", false,
		},
		{
			"nc.traditional", "nc.traditional", "netcat-traditional",
			[]string{"nc.traditional", "HOST", "PORT"},
			"from nc\n",
			"from nc\n", false,
		},
		{
			"nc.traditional -q1", "nc.traditional", "netcat-traditional",
			[]string{"nc.traditional", "-q", "1", "HOST", "PORT"},
			"from nc", "from nc", false,
		},
		{"ncat", "ncat", "ncat", []string{"ncat", "HOST", "PORT"}, "from ncat\n", "from ncat\n", false},
		{
			"ncat --no-shutdown", "ncat", "ncat",
			[]string{"ncat", "--no-shutdown", "HOST", "PORT"},
			"from ncat", "from ncat",
			false,
		},
		{"socat", "socat", "socat", []string{"socat", "-t", "5", "-", "TCP:HOST:PORT"}, "from socat", "from socat", false},
		{
			"bash", "bash", "bash",
			[]string{"bash", "-c", "exec 3<>/dev/tcp/HOST/PORT; cat >&3; cat <&3"},
			"from bash\n",
			"from bash\n", false,
		},
		{
			"bash that does not wait", "bash", "bash",
			[]string{"bash", "-c", "echo hello >/dev/tcp/HOST/PORT"},
			"", "hello\n",
			true,
		},
		{
			"Python: send, recv", "python3", "python3",
			[]string{"python3", "-c", python(`s.send(b"hello"); print(s.recv(1024).decode(), end="")`), "HOST", "PORT"},
			"",
			"hello", false,
		},
		{
			"Python: sendall, shutdown, recv", "python3", "python3",
			[]string{
				"python3", "-c", python(`s.sendall(b"hello"); s.shutdown(socket.SHUT_WR); print(s.recv(1024).decode(), end="")`),
				"HOST", "PORT",
			},
			"", "hello", false,
		},
		{
			"Python: a line in a file object", "python3", "python3",
			[]string{
				"python3", "-c", python(`f = s.makefile("rwb"); f.write(b"hello\n"); f.flush(); print(f.read().decode(), end="")`),
				"HOST", "PORT",
			},
			"", "hello\n", false,
		},
		{
			"Python: two sends with a pause", "python3", "python3",
			[]string{"python3", "-c", python(`import time
s.send(b"hel"); time.sleep(0.3); s.send(b"lo"); print(s.recv(1024).decode(), end="")`), "HOST", "PORT"},
			"", "hello", false,
		},
		{
			"Python: sends and closes at once", "python3", "python3",
			[]string{"python3", "-c", python(`s.sendall(b"hello"); s.close()`), "HOST", "PORT"},
			"", "hello", true,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			consoletest.Need(t, tc.program, tc.pack)
			s := start(t, nil)
			host, port, _ := strings.Cut(s.address, ":")
			args := make([]string, len(tc.command))
			for i, a := range tc.command {
				args[i] = strings.NewReplacer("HOST", host, "PORT", port).Replace(a)
			}
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Stdin = strings.NewReader(tc.input)
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			if err := cmd.Run(); err != nil {
				t.Errorf("%v\n%s", err, errs.String())
			}
			if answer := out.String(); !tc.silent && answer != "OK" {
				t.Errorf("answer %q", answer)
			}
			if m := <-s.received; string(m.Body) != tc.want {
				t.Errorf("received %.60q, want %.60q", m.Body, tc.want)
			}
			if diff := cmp.Diff([]string{tc.want}, s.texts()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
