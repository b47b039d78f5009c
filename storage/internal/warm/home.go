package warm

import (
	"errors"
	"os"
	"strings"
)

// errHome says that there is no home directory, or that it is not an absolute path.
var errHome = errors.New("no home directory")

// home returns the directory of this program in one of the user's base directories, as package console does, without
// what that imports.
func home(variable, fallback string) (string, error) {
	directory := os.Getenv(variable)
	if !strings.HasPrefix(directory, "/") {
		directory = os.Getenv("HOME")
		if !strings.HasPrefix(directory, "/") {
			return "", errHome
		}
		directory += "/" + fallback
	}
	return directory + "/lrucache", nil
}
