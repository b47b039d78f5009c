package console

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"
)

// fileSuffix added to the name of an environment variable names the variable that holds the path of a file with the
// value: DEMO_STORE_FILE for DEMO_STORE. Container engines hand secrets over in files.
const fileSuffix = "_FILE"

// readFiles adds the flags whose values are in files named by the environment. The command line and the plain variable
// come before the file. Line ends at the end of the file do not belong to the value.
func (line *commandLine) readFiles() error {
	for level, c := range line.path {
		for _, f := range c.Flags {
			name := f.Names()[0]
			variable, path := fileVariable(f)
			if path == "" || line.given(level, name) || inEnvironment(f) {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return Errorf(Failed, "check the variable and the file's permissions", "%s: %w", variable, err)
			}
			line.flags = append(line.flags, givenFlag{
				word: variable, name: name, value: strings.TrimRight(string(data), "\r\n"), hasValue: true, level: level,
			})
		}
	}
	return nil
}

// fileVariable returns the variable that names a file for f, and the file; both are empty when none is set.
func fileVariable(f cli.Flag) (variable, path string) {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	for _, plain := range d.GetEnvVars() {
		if path := os.Getenv(plain + fileSuffix); path != "" {
			return plain + fileSuffix, path
		}
	}
	return "", ""
}
