package junksort

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/internal/engine"
	"github.com/pythonweb/goweb/junksort/internal/engine/async"
	"github.com/pythonweb/goweb/junksort/internal/engine/pool"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/plan"
)

// By says what the folders stand for.
type By string

// The ways to sort.
const (
	ByCategory  By = "category"  // DEST/images/photo.jpg
	ByExtension By = "extension" // DEST/jpg/photo.jpg
)

// Conflict says what happens to a file whose name is taken at its destination.
type Conflict = plan.Conflict

// What can be done about a taken name. None of them overwrites a file.
const (
	Rename = plan.Rename // the later file in path order gets a number: a (2).jpg
	Skip   = plan.Skip   // the later file stays where it is
	Newer  = plan.Newer  // the file modified last gets the name, the other one a number
	Larger = plan.Larger // the larger file gets the name, the other one a number
	Dedupe = plan.Dedupe // a file of the same content is put aside for undo, any other one gets a number
)

// EngineName names one of the two engines.
type EngineName string

// The engines.
const (
	Pool  EngineName = "pool"
	Async EngineName = "async"
)

// ErrOptions reports options that cannot be used.
var ErrOptions = errors.New("wrong options")

// ErrRefused reports a folder that is not a junk folder. Options.Force sorts it anyway.
var ErrRefused = errors.New("it is left alone")

// Options say how to sort. The zero value sorts by category into the folder itself with the pool engine.
type Options struct {
	To         string     // the destination; empty for the folder itself
	By         By         // empty for ByCategory
	Engine     EngineName // empty for Pool
	Workers    int        // how many walk, look into files and copy at once; 0 for one per processor
	OnConflict Conflict   // empty for Rename

	// Transliterate writes Ukrainian names in Latin letters.
	Transliterate bool
	// Rename is Transliterate.
	//
	// Deprecated: use Transliterate; it has nothing to do with the Conflict of the same name.
	Rename bool

	Unpack     bool     // unpack archives next to themselves
	Durable    bool     // the journal is on the disk before a file moves
	Portable   bool     // make names fit every disk; those that differ only in case or Unicode form count as equal
	Relink     bool     // rewrite relative links that moves break
	Include    []string // only files that match one of these; patterns of path.Match
	Exclude    []string // except files and folders that match one of these
	MinAge     time.Duration
	Depth      int    // how many levels of folders are sorted, DIR itself being the first; 0 for all
	Categories string // TOML text laid over the built-in configuration: categories, rules, what stays
	Lossy      bool   // what a copy cannot keep of its original is lost, and reported
	Hidden     bool   // hidden files and folders are sorted too
	Force      bool   // even folders that are not junk: the root, homes, system folders

	MaxUnpacked int64  // bytes that one archive may become; 0 for the limits of package archive
	MaxEntries  int    // likewise, how many entries
	MaxRatio    int64  // likewise, how many bytes for each of its own
	Encoding    string // of names in a zip that do not declare one; empty to detect it
	// Password returns the password of an archive, and false if there is none. It is called by one goroutine at a time;
	// the password gets neither into a plan nor into a journal. A nil function means no password.
	Password func(archive string) (string, bool)
}

// limits returns the limits for one archive.
func (o Options) limits(name string) archive.Limits {
	l := archive.DefaultLimits()
	if o.Password != nil {
		l.Password = func() (string, bool) { return o.Password(name) }
	}
	l.Encoding = o.Encoding
	if o.MaxUnpacked > 0 {
		l.Size = o.MaxUnpacked
	}
	if o.MaxEntries > 0 {
		l.Count = o.MaxEntries
	}
	if o.MaxRatio > 0 {
		l.Ratio = o.MaxRatio
	}
	return l
}

// style returns how files are named.
func (o Options) style() filename.Style {
	return filename.Style{Transliterate: o.Transliterate || o.Rename, Portable: o.Portable}
}

// withDefaults returns o with every empty field filled, or ErrOptions.
func (o Options) withDefaults() (Options, error) {
	if o.By == "" {
		o.By = ByCategory
	}
	if o.Engine == "" {
		o.Engine = Pool
	}
	if o.OnConflict == "" {
		o.OnConflict = Rename
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case o.By != ByCategory && o.By != ByExtension:
		return o, fmt.Errorf("%w: cannot sort by %q", ErrOptions, o.By)
	case o.Engine != Pool && o.Engine != Async:
		return o, fmt.Errorf("%w: no engine is called %q", ErrOptions, o.Engine)
	case o.Workers < 1 || o.Workers > 1024:
		return o, fmt.Errorf("%w: %d workers (must be 1 to 1024)", ErrOptions, o.Workers)
	case !slices.Contains([]string{"", "cp437", "cp866", "cp1251", "utf-8"}, strings.ToLower(o.Encoding)):
		return o, fmt.Errorf("%w: names in %q (must be cp437, cp866, cp1251 or utf-8)", ErrOptions, o.Encoding)
	case o.MaxUnpacked < 0 || o.MaxEntries < 0 || o.MaxRatio < 0:
		return o, fmt.Errorf("%w: a negative limit", ErrOptions)
	case o.Depth < 0:
		return o, fmt.Errorf("%w: a depth of %d", ErrOptions, o.Depth)
	case o.MinAge < 0:
		return o, fmt.Errorf("%w: an age of %s", ErrOptions, o.MinAge)
	}
	switch o.OnConflict {
	case Rename, Skip, Newer, Larger, Dedupe:
	default:
		return o, fmt.Errorf("%w: unknown way to settle a conflict: %q", ErrOptions, o.OnConflict)
	}
	for _, pattern := range append(append([]string{}, o.Include...), o.Exclude...) {
		if _, err := path.Match(pattern, ""); err != nil {
			return o, fmt.Errorf("%w: pattern %q: %w", ErrOptions, pattern, err)
		}
	}
	return o, nil
}

// fields returns o as key=value strings of any bytes, for the journal; optionsOf reads them.
func (o Options) fields() []string {
	list := []string{
		"to=" + o.To, "by=" + string(o.By), "engine=" + string(o.Engine), "workers=" + strconv.Itoa(o.Workers),
		"on-conflict=" + string(o.OnConflict), "rename=" + strconv.FormatBool(o.Transliterate || o.Rename),
		"unpack=" + strconv.FormatBool(o.Unpack), "durable=" + strconv.FormatBool(o.Durable),
		"lossy=" + strconv.FormatBool(o.Lossy), "hidden=" + strconv.FormatBool(o.Hidden),
		"force=" + strconv.FormatBool(o.Force),
		"portable=" + strconv.FormatBool(o.Portable), "min-age=" + o.MinAge.String(), "categories=" + o.Categories,
	}
	if o.MaxUnpacked+int64(o.MaxEntries)+o.MaxRatio > 0 || o.Encoding != "" {
		list = append(list, "max-unpacked="+strconv.FormatInt(o.MaxUnpacked, 10), "max-entries="+strconv.Itoa(o.MaxEntries),
			"max-ratio="+strconv.FormatInt(o.MaxRatio, 10), "encoding="+o.Encoding)
	}
	if o.Relink {
		list = append(list, "relink=true")
	}
	if o.Depth > 0 {
		list = append(list, "depth="+strconv.Itoa(o.Depth))
	}
	for _, pattern := range o.Include {
		list = append(list, "include="+pattern)
	}
	for _, pattern := range o.Exclude {
		list = append(list, "exclude="+pattern)
	}
	return list
}

// optionsOf reads what fields wrote.
func optionsOf(fields []string) (Options, error) {
	var o Options
	for _, field := range fields {
		key, value, _ := strings.Cut(field, "=")
		var err error
		switch key {
		case "to":
			o.To = value
		case "by":
			o.By = By(value)
		case "engine":
			o.Engine = EngineName(value)
		case "workers":
			o.Workers, err = strconv.Atoi(value)
		case "on-conflict":
			o.OnConflict = Conflict(value)
		case "rename":
			o.Transliterate, err = strconv.ParseBool(value)
		case "unpack":
			o.Unpack, err = strconv.ParseBool(value)
		case "durable":
			o.Durable, err = strconv.ParseBool(value)
		case "portable":
			o.Portable, err = strconv.ParseBool(value)
		case "max-unpacked":
			o.MaxUnpacked, err = strconv.ParseInt(value, 10, 64)
		case "max-entries":
			o.MaxEntries, err = strconv.Atoi(value)
		case "max-ratio":
			o.MaxRatio, err = strconv.ParseInt(value, 10, 64)
		case "relink":
			o.Relink, err = strconv.ParseBool(value)
		case "depth":
			o.Depth, err = strconv.Atoi(value)
		case "encoding":
			o.Encoding = value
		case "lossy":
			o.Lossy, err = strconv.ParseBool(value)
		case "hidden":
			o.Hidden, err = strconv.ParseBool(value)
		case "force":
			o.Force, err = strconv.ParseBool(value)
		case "min-age":
			o.MinAge, err = time.ParseDuration(value)
		case "categories":
			o.Categories = value
		case "include":
			o.Include = append(o.Include, value)
		case "exclude":
			o.Exclude = append(o.Exclude, value)
		default:
			err = fmt.Errorf("unknown option %q", key)
		}
		if err != nil {
			return o, fmt.Errorf("%w in the journal: %w", ErrOptions, err)
		}
	}
	return o.withDefaults()
}

// engineNamed returns the engine of this name.
func engineNamed(name EngineName) engine.Engine {
	switch name {
	case Pool:
		return pool.Run
	case Async:
		return async.Run
	}
	panic(fmt.Sprintf("junksort: engine %q", name)) // Options.withDefaults refuses it
}
