package console

import "runtime/debug"

// unstamped is the version of a program that was built without one.
const unstamped = "devel"

// version is set by the linker: -X github.com/pythonweb/goweb/console.version=v1.2.3.
var version = unstamped

// Version returns the program's version: the one that the linker stamped, else that of the module or the commit that Go
// recorded in the binary, else "devel".
func Version() string {
	if version != unstamped {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unstamped
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return unstamped + "-" + s.Value[:12]
		}
	}
	return unstamped
}
