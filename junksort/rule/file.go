package rule

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// File is a file that rules are asked about. What they need to know is read when they need it, and only once.
type File struct {
	Name      string
	Path      string // below DIR
	Extension string // in lower case, without its dot
	Stat      func() (dirfd.Stat, error)
	Open      func() (*os.File, error)
	Duplicate func() bool // nil: nobody knows

	looked  *dirfd.Stat
	content *content
	failure error
}

// content is what rules ask about the content of a file.
type content struct {
	kind   string
	origin string
	taken  *time.Time
	music  *Music
}

func (f *File) glob(patterns []string) (string, bool) {
	for _, p := range patterns {
		against := strings.ToLower(f.Name)
		if strings.Contains(p, "/") {
			against = strings.ToLower(f.Path)
		}
		if ok, _ := path.Match(strings.ToLower(strings.TrimPrefix(p, "/")), against); ok {
			return p, true
		}
	}
	return "", false
}

func (f *File) stat() (dirfd.Stat, error) {
	if f.looked == nil {
		s, err := f.Stat()
		if err != nil {
			return s, err
		}
		f.looked = &s
	}
	return *f.looked, nil
}

// head bounds what is read of a file to detect its type.
const head = 3072

// read looks into the file once, for its type and its origin, so that it is opened only once.
func (f *File) read() *content {
	if f.content == nil {
		f.content = &content{}
		f.with(func(file *os.File) {
			buffer := make([]byte, head)
			n, _ := file.ReadAt(buffer, 0) // what cannot be read has no type
			if n > 0 {
				kind, _, _ := strings.Cut(mimetype.Detect(buffer[:n]).String(), ";")
				f.content.kind = kind
			}
			value := make([]byte, 4096)
			if n, err := unix.Fgetxattr(int(file.Fd()), "user.xdg.origin.url", value); err == nil {
				f.content.origin = strings.TrimRight(string(value[:n]), "\x00\n")
			}
		})
	}
	return f.content
}

// with opens the file for look. If that fails, so does everything about the file.
func (f *File) with(look func(*os.File)) {
	file, err := f.Open()
	if errors.Is(err, fs.ErrNotExist) {
		f.failure = err
	}
	if err != nil {
		return
	}
	defer file.Close()
	look(file)
}

// Type returns the type of the content, such as image/jpeg; empty for an empty or unreadable file.
func (f *File) Type() string { return f.read().kind }

func (f *File) origin() string { return f.read().origin }

func (f *File) host() string {
	u, err := url.Parse(f.origin())
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// taken returns when a photo was taken; zero for a file that does not say.
func (f *File) taken() time.Time {
	c := f.read()
	if c.taken == nil {
		c.taken = &time.Time{}
		if strings.HasPrefix(c.kind, "image/") {
			f.with(func(file *os.File) { *c.taken = Taken(file) })
		}
	}
	return *c.taken
}

func (f *File) tags() Music {
	c := f.read()
	if c.music == nil {
		c.music = &Music{}
		f.with(func(file *os.File) {
			if s, err := file.Stat(); err == nil {
				*c.music = ReadMusic(file, s.Size())
			}
		})
	}
	return *c.music
}
