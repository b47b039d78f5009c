package command

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/factorize/internal/shard"
	"github.com/pythonweb/goweb/factorize/internal/stream"
	"github.com/urfave/cli/v2"
)

// indexVariables name what Kubernetes' Indexed Jobs and Slurm's arrays call the index of a process.
var indexVariables = [...]string{"JOB_COMPLETION_INDEX", "SLURM_ARRAY_TASK_ID"}

// parseShard reads I/N or auto/N.
func parseShard(text string, getenv func(string) string) (stream.Shard, error) {
	const hint = "give I/N, I from 0 to N-1, or auto/N"
	first, last, _ := strings.Cut(text, "/")
	count, err := strconv.Atoi(last)
	if err != nil || count < 1 || count > 1<<20 {
		return stream.Shard{}, console.Errorf(console.Usage, hint, "--shard %q names no shard", text)
	}
	name := ""
	if first == "auto" {
		for _, name = range indexVariables {
			if first = getenv(name); first != "" {
				break
			}
		}
		if first == "" {
			return stream.Shard{}, console.Errorf(
				console.Usage,
				"give I/N",
				"--shard %s needs %s",
				text,
				strings.Join(indexVariables[:], " or "),
			)
		}
	}
	index, err := strconv.Atoi(first)
	switch {
	case (err != nil || index < 0 || index >= count) && name != "":
		return stream.Shard{}, console.Errorf(
			console.Usage,
			"number the tasks from 0 to N-1",
			"--shard %s: %s is %q",
			text,
			name,
			first,
		)
	case err != nil || index < 0 || index >= count:
		return stream.Shard{}, console.Errorf(console.Usage, hint, "--shard %q names no shard", text)
	}
	return stream.Shard{Index: index, Count: count}, nil
}

// flags are what the answers depend on, besides the input.
func flags(c *cli.Context, o stream.Options) string {
	words := []string{[...]string{"divisors", "primes", "exponents", "count"}[o.Format]}
	if o.JSON {
		words = append(words, "json")
	}
	for _, name := range []string{"expr", "prove", "skip-invalid"} {
		if c.Bool(name) {
			words = append(words, name)
		}
	}
	if o.Timeout > 0 {
		words = append(words, "timeout="+o.Timeout.String())
	}
	return strings.Join(words, " ")
}

// answerInto answers a shard into a file, which is written whole or not at all. A complete one is not computed again.
func answerInto(
	c *cli.Context, t *console.Terminal, in io.Reader, path string, o stream.Options, notes io.Writer,
) error {
	o.Records = true
	want := shard.Mark{Index: o.Shard.Index, Count: max(o.Shard.Count, 1), Flags: flags(c, o)}
	if old, err := shard.Read(path); err == nil && old.Index == want.Index && old.Count == want.Count &&
		old.Flags == want.Flags {
		kept, err := keep(in)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		defer kept.close()
		want.Input, err = digest(sources(c, kept))
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if old.Same(want) {
			t.Notef("%s is complete: shard %d/%d of this input", path, want.Index, want.Count)
			return nil
		}
		if in, err = kept.again(); err != nil {
			return fmt.Errorf("read: %w", err)
		}
	}
	f, err := atomicfile.Create(path, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum := newChecksum()
	out := shard.NewWriter(f)
	result, err := stream.Run(c.Context, sum.sources(sources(c, in)), out, notes, o)
	if err != nil {
		return err
	}
	want.Places, want.Refused, want.Partial = result.Places, result.Refused, result.Partial
	want.Input = sum.String()
	if err := out.Finish(want); err != nil {
		return err
	}
	return f.Commit()
}

// A checksum tells one input from another.
type checksum struct{ hash.Hash }

func newChecksum() checksum { return checksum{sha256.New()} }

func (s checksum) String() string { return hex.EncodeToString(s.Sum(nil)) }

// sources returns all, with what is read of them added to the sum.
func (s checksum) sources(all []stream.Source) []stream.Source {
	summed := make([]stream.Source, len(all))
	for i, source := range all {
		summed[i] = source
		if source.Reader != nil {
			summed[i].Reader = io.TeeReader(source.Reader, s)
		}
		for _, word := range source.Words {
			fmt.Fprintf(s, "%q\n", word)
		}
	}
	return summed
}

// digest reads all of the input.
func digest(all []stream.Source) (string, error) {
	sum := newChecksum()
	for _, source := range sum.sources(all) {
		if source.Reader != nil {
			if _, err := io.Copy(io.Discard, source.Reader); err != nil {
				return "", err
			}
		}
	}
	return sum.String(), nil
}

// A kept input can be read twice: it is a file, or what was read from a pipe is in a temporary one.
type kept struct {
	io.Reader
	file      *os.File
	start     int64
	temporary bool
}

func keep(in io.Reader) (*kept, error) {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			start, err := f.Seek(0, io.SeekCurrent)
			return &kept{Reader: in, file: f, start: start}, err
		}
	}
	f, err := os.CreateTemp("", "factorize-*.input")
	if err != nil {
		return nil, err
	}
	return &kept{Reader: io.TeeReader(in, f), file: f, temporary: true}, nil
}

// again returns the input from its beginning, after all of it was read.
func (k *kept) again() (io.Reader, error) {
	_, err := k.file.Seek(k.start, io.SeekStart)
	return k.file, err
}

func (k *kept) close() {
	if k.temporary {
		_ = k.file.Close()
		_ = os.Remove(k.file.Name())
	}
}

func joinCommand() *cli.Command {
	return &cli.Command{
		Name:      "join",
		Usage:     "merge the files of several --shard runs into the output of one run",
		ArgsUsage: "FILE...",
		Description: "The files are those of --output, in any order: all shards of the same input with the same flags. " +
			"Answers and refused numbers, and the exit code, are those of one run without --shard. If a shard is missing, " +
			"given twice, of another input or incomplete, it is named " +
			"and nothing is written.",
		Action: join,
	}
}

func join(c *cli.Context) error {
	t := console.From(c)
	set, err := shard.Open(c.Args().Slice())
	if err != nil {
		problems := shard.Lines(err)
		code := console.Failed
		if errors.Is(err, fs.ErrNotExist) {
			code = console.NotFound
		}
		for _, p := range problems[:len(problems)-1] {
			t.Warnf("%s", p)
		}
		return console.Errorf(code, "nothing is written", "%s", problems[len(problems)-1])
	}
	defer set.Close()
	mark := set.Mark()
	if mark.Has("json") {
		t.UseJSON()
	}
	if err := set.Join(t.Out, t.Err); err != nil {
		return err
	}
	return verdict(stream.Result{Refused: mark.Refused, Partial: mark.Partial}, mark.Has("skip-invalid"))
}
