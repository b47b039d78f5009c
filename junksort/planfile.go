package junksort

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/internal/unpack"
)

// A plan is a text that people can read and shorten: a line that is deleted leaves its file alone.
//
//	junksort plan 1
//	dir "/home/olena/Downloads"
//	device 2049
//	option "by=category"
//	move "a/photo.jpg" "images/photo.jpg" 2049 1311 48213 1700000000.000000000
//	drop "b/photo.jpg" 2049 1312 48213 1700000000.000000000
//	trash "b/old.log" 2049 1313 112 1600000000.000000000
//	rename "c/звіт.txt" "zvit.txt" 2049 1314 112 1600000000.000000000
//	unpack "archives/book.zip" "archives/book"
//
// A move names the file below DIR, the new place below DEST (the option to, else DIR), and what the file was when it
// was planned: device, inode, size in bytes, modification time in seconds. An unpack names an archive and its folder
// below DEST, after the moves. Paths are quoted like Go strings, which keeps any bytes (\xff).
const planHeader = "junksort plan 1"

// ErrPlan reports a text that is not a plan.
var ErrPlan = errors.New("not a junksort plan")

// WritePlan writes what Sort would do to w, for Apply, and changes nothing.
func WritePlan(ctx context.Context, dir string, options Options, w io.Writer) (Summary, error) {
	out := bufio.NewWriter(w)
	if err := writePlanHead(out, dir, options); err != nil {
		return Summary{}, err
	}
	p := &previewer{
		moving: func(m *order.Move, s dirfd.Stat) error {
			from := m.From.Join(m.Name.String())
			if word := m.Aside(); word != "" {
				_, err := fmt.Fprintf(out, "%s %q %s\n", word, []byte(from), planned(s))
				return err
			}
			_, err := fmt.Fprintf(out, "move %q %q %s\n", []byte(from), []byte(m.To.Home+"/"+m.NewName.String()),
				planned(s))
			return err
		},
		unpacks: func(p unpack.Parcel) error {
			_, err := fmt.Fprintf(out, "unpack %q %q\n", []byte(p.In.Home+"/"+p.Name), []byte(p.In.Home+"/"+p.To))
			return err
		},
	}
	summary, err := preview(ctx, dir, options, p)
	return summary, errors.Join(err, out.Flush())
}

// writePlanHead writes what all plans begin with.
func writePlanHead(out io.Writer, dir string, options Options) error {
	real, err := tree.RealPath(dir)
	if err != nil {
		return err
	}
	if options.To != "" {
		if options.To, err = filepath.Abs(options.To); err != nil {
			return err
		}
	}
	complete, err := options.withDefaults()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\ndir %q\n", planHeader, []byte(real))
	if fd, err := dirfd.Open(real); err == nil {
		if s, err := fd.Stat(); err == nil {
			fmt.Fprintf(out, "device %d\n", s.Dev)
		}
		fd.Close()
	}
	for _, field := range complete.fields() {
		fmt.Fprintf(out, "option %q\n", []byte(field))
	}
	return nil
}

func planned(s dirfd.Stat) string {
	return fmt.Sprintf("%d %d %d %d.%09d", s.Dev, s.Ino, s.Size, s.Mtime.Unix(), s.Mtime.Nanosecond())
}

// planLine is one line of a plan.
type planLine struct {
	word     string // move, drop, trash, rename or unpack
	from, to string
	stat     dirfd.Stat
}

// planReader reads a plan.
type planReader struct {
	scanner *bufio.Scanner
	line    int
	dir     string
	device  uint64 // of DIR, when the plan was written; 0 in plans of the first format
	options Options
	first   *planLine
}

func newPlanReader(r io.Reader) (*planReader, error) {
	p := &planReader{scanner: bufio.NewScanner(r)}
	p.scanner.Buffer(make([]byte, 64<<10), 4<<20) // a path of any depth, quoted
	if !p.scan() || p.scanner.Text() != planHeader {
		return nil, errors.Join(ErrPlan, p.scanner.Err())
	}
	var fields []string
	for p.scan() {
		word, rest, _ := strings.Cut(p.scanner.Text(), " ")
		if word == "device" {
			if p.device, _ = strconv.ParseUint(rest, 10, 64); p.device == 0 {
				return nil, p.wrong("the number of a device is missing")
			}
			continue
		}
		if word != "dir" && word != "option" {
			first, err := p.parse(p.scanner.Text())
			if err != nil {
				return nil, err
			}
			p.first = &first
			break
		}
		value, err := strconv.Unquote(rest)
		if err != nil {
			return nil, p.wrong("a quoted text is missing")
		}
		if word == "dir" {
			p.dir = value
		} else {
			fields = append(fields, value)
		}
	}
	if p.dir == "" {
		return nil, fmt.Errorf("%w: it names no folder", ErrPlan)
	}
	var err error
	p.options, err = optionsOf(fields)
	return p, errors.Join(err, p.scanner.Err())
}

func (p *planReader) scan() bool {
	p.line++
	return p.scanner.Scan()
}

func (p *planReader) wrong(what string) error {
	return fmt.Errorf("%w: line %d: %s", ErrPlan, p.line, what)
}

// next returns the next line, or io.EOF.
func (p *planReader) next() (planLine, error) {
	if first := p.first; first != nil {
		p.first = nil
		return *first, nil
	}
	for p.scan() {
		if text := p.scanner.Text(); text != "" {
			return p.parse(text)
		}
	}
	if err := p.scanner.Err(); err != nil {
		return planLine{}, err
	}
	return planLine{}, io.EOF
}

func (p *planReader) parse(text string) (planLine, error) {
	word, rest, _ := strings.Cut(text, " ")
	line := planLine{word: word}
	if !slices.Contains([]string{"move", "drop", "trash", "rename", "unpack"}, word) {
		return line, p.wrong(strconv.Quote(word) + " is not one of move, drop, trash, rename and unpack")
	}
	aside := word == "drop" || word == "trash"
	var err error
	if line.from, rest, err = unquote(rest); err != nil {
		return line, p.wrong("the file's path is not quoted")
	}
	if !aside {
		if line.to, rest, err = unquote(rest); err != nil {
			return line, p.wrong("the new path is not quoted")
		}
	}
	valid := validTarget
	if word == "rename" {
		valid = validName
	}
	if !validPath(line.from) || !aside && !valid(line.to) {
		return line, p.wrong("a path leads out of the folder")
	}
	if word == "unpack" {
		if path.Dir(line.from) != path.Dir(line.to) || line.from == line.to {
			return line, p.wrong("the new folder does not lie beside the archive")
		}
		return line, nil
	}
	var seconds, nanoseconds int64
	if n, err := fmt.Sscanf(rest, "%d %d %d %d.%09d", &line.stat.Dev, &line.stat.Ino, &line.stat.Size, &seconds,
		&nanoseconds); n != 5 || err != nil {
		return line, p.wrong("device, inode, size and time are missing")
	}
	line.stat.Mtime = time.Unix(seconds, nanoseconds)
	return line, nil
}

func validPath(path string) bool { return fs.ValidPath(strings.ToValidUTF8(path, "?")) }

// validTarget reports whether path is a folder in DEST and a name in it.
func validTarget(path string) bool {
	return validPath(path) && strings.Contains(path, "/") && !strings.HasPrefix(path, tree.StateFolder)
}

// validName reports whether a file may get this name.
func validName(name string) bool {
	return validPath(name) && !strings.Contains(name, "/") && !strings.HasPrefix(name, tree.StateFolder)
}

// unquote reads a quoted text and the space behind it.
func unquote(s string) (value, rest string, err error) {
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", "", err
	}
	value, err = strconv.Unquote(quoted)
	return value, strings.TrimPrefix(s[len(quoted):], " "), err
}
