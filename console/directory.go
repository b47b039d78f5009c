package console

import (
	"os"
	"path/filepath"
)

// DataDir returns the directory in which program keeps what the user would miss: $XDG_DATA_HOME/PROGRAM, else
// ~/.local/share/PROGRAM (https://specifications.freedesktop.org/basedir-spec). It may not exist yet; make it with
// [github.com/pythonweb/goweb/console/atomicfile.MkdirAll] and mode 0700. Without HOME there is no such directory,
// and the error ends the program with [Failed] and a hint to set it; the command line may still name a place.
func DataDir(program string) (string, error) { return userDir(dataHome, program) }

// ConfigDir returns the directory of program's settings, $XDG_CONFIG_HOME/PROGRAM, else ~/.config/PROGRAM. It is
// otherwise like [DataDir].
func ConfigDir(program string) (string, error) { return userDir(configHome, program) }

// StateDir returns the directory of what program remembers from one run to the next and nobody would miss, such as
// the lines typed: $XDG_STATE_HOME/PROGRAM, else ~/.local/state/PROGRAM. It is otherwise like [DataDir].
func StateDir(program string) (string, error) { return userDir(stateHome, program) }

// CacheDir returns the directory of what program can make again: $XDG_CACHE_HOME/PROGRAM, else ~/.cache/PROGRAM. It
// is otherwise like [DataDir].
func CacheDir(program string) (string, error) { return userDir(cacheHome, program) }

// home is one of the user's base directories: the variable that names it, and where it lies without one.
type home struct{ variable, fallback string }

// dataHome and the others are constants that Go has no syntax for.
var (
	dataHome   = home{"XDG_DATA_HOME", ".local/share"}
	configHome = home{"XDG_CONFIG_HOME", ".config"}
	stateHome  = home{"XDG_STATE_HOME", ".local/state"}
	cacheHome  = home{"XDG_CACHE_HOME", ".cache"}
)

// userDir returns the directory of program in h. The specification says that a path which is not absolute is ignored.
func userDir(h home, program string) (string, error) {
	if dir := os.Getenv(h.variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, program), nil
	}
	dir, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(dir) {
		return "", Errorf(Failed, "set HOME or "+h.variable, "there is no home directory for the files of %s", program)
	}
	return filepath.Join(dir, filepath.FromSlash(h.fallback), program), nil
}
