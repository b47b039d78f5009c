package command_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// A finished command.
type finished struct {
	Code   int     `json:"code"`
	Stdout int64   `json:"stdout"`
	Stderr string  `json:"stderr"`
	Peak   int64   `json:"peak"` // KiB
	CPU    float64 `json:"cpu"`  // seconds
}

// watched runs commands of the real program in a folder.
func watched(t *testing.T, dir string, commands [][]string) []finished {
	t.Helper()
	python := consoletest.Need(t, "/usr/bin/python3", "python3")
	script, err := filepath.Abs("testdata/watch.py")
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(commands)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, script)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var results []finished
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatal(err)
	}
	return results
}

// program builds the program as it is released; a race detector has memory of its own.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "serializer")
	cmd := exec.Command("../../../deploy/compile", path, "../../cmd/serializer")
	cmd.Env = append(os.Environ(), "TRIMPATH=") // with what is compiled already
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return path
}

// TestHostileInput: whatever comes in is converted exactly, or refused in one line with an offset and nothing on
// stdout; in a few MiB of memory.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	const most = 64 << 10 // KiB
	serializer, dir := program(t), t.TempDir()
	var commands [][]string
	inputs := hostileInputs()
	validate := []string{serializer, "validate"}
	if len(inputs) < 60 {
		t.Errorf("only %d inputs", len(inputs))
	}
	for i, in := range inputs {
		if len(in.data) > largest {
			t.Errorf("%s has %d bytes", in.name, len(in.data))
		}
		if err := os.WriteFile(filepath.Join(dir, in.name), []byte(in.data), 0o600); err != nil {
			t.Fatal(err)
		}
		validate = append(validate, in.name)
		for _, arguments := range in.commands(i) {
			commands = append(commands, append([]string{serializer}, arguments...))
		}
	}
	results := watched(t, dir, append(commands, validate))
	if all := results[len(commands)]; all.Code != 1 || all.Peak > most {
		t.Errorf("validate ended with %d, %d KiB of memory: %s", all.Code, all.Peak, all.Stderr)
	}
	verdicts, err := os.ReadFile(filepath.Join(dir, "stdout")) // of validate, which came last
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(verdicts), "\n"), "\n") {
		if i >= len(inputs) || line != inputs[i].name+": valid" &&
			(inputs[i].fine || !strings.HasPrefix(line, inputs[i].name+": invalid: ")) {
			t.Errorf("line %d of validate: %s", i+1, line)
		}
	}
	refusal := regexp.MustCompile(`^serializer: [^\n]+: ((line \d+, )?offset \d+: [^\n]+|2 pickles, [^\n]+)\n$`)
	peak, slowest := int64(0), 0.0
	for i, in := range inputs {
		for _, arguments := range in.commands(i) {
			r := results[0]
			results = results[1:]
			peak, slowest = max(peak, r.Peak), max(slowest, r.CPU)
			if r.Peak > most {
				t.Errorf("%v: %d KiB of memory", arguments, r.Peak)
			}
			ok := r.Code == 0 && r.Stderr == ""
			switch command := arguments[0]; {
			case command == "inspect":
				// It shows what comes before the error; a pickle's opcodes even if it is no data.
				ok = r.Code == 0 && (in.fine || strings.HasSuffix(in.name, ".pickle")) || r.Code == 1 && !in.fine &&
					refusal.MatchString(r.Stderr)
			case command == "canonical":
				// To RFC 8785 names with $ are like all others; it has no form for many a valid document.
				ok = r.Code == 0 || r.Code == 1 && strings.Count(r.Stderr, "\n") == 1 && r.Stdout == 0
			case !in.fine && !(in.pairs && arguments[1] == "--duplicates"):
				ok = r.Code == 1 && refusal.MatchString(r.Stderr) && (r.Stdout == 0 || in.sequence())
			}
			if !ok {
				t.Errorf("%v: exit code %d, %d bytes, %.300s", arguments, r.Code, r.Stdout, r.Stderr)
			}
		}
	}
	t.Logf("%d inputs: at most %d KiB of memory, %.2f s of CPU time", len(inputs), peak, slowest)
}

// commands are what is tried with an input, beside validate.
func (in hostileInput) commands(number int) [][]string {
	all := [][]string{
		{"convert", "--to", "json", in.name, "-"},
		{"inspect", in.name},
	}
	if in.pairs || number%consoletest.Count(4, 1) == 0 {
		all = append(all, []string{"convert", "--duplicates", "keep", "--to", "msgpack", in.name, "-"})
	}
	if ext := filepath.Ext(in.name); ext == ".json" || ext == ".cbor" {
		all = append(all, []string{"canonical", in.name})
	}
	if in.fine {
		out := in.name + ".out."
		all = append(all,
			[]string{"convert", in.name, out + "cbor"},
			[]string{"convert", out + "cbor", out + "json"},
			[]string{"convert", out + "json", out + "msgpack"},
			[]string{"diff", in.name, out + "msgpack"},
		)
	}
	return all
}

func (in hostileInput) sequence() bool {
	return strings.HasSuffix(in.name, ".jsonl") || strings.HasSuffix(in.name, ".cborseq")
}
