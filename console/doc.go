// Package console is the command line of every goweb program: the one place where exit codes, streams, signals, output
// formats, colours, help, completion and the manual page are decided. A program declares its commands as a
// [cli.App] of urfave/cli/v2, and its main function is one call:
//
//	func main() { console.Main(command.New()) }
//
// The program is then a good citizen without further work:
//
//   - Data goes to stdout, everything else to stderr. A command that returns an error ends the program with the
//     exit code that the error carries (see [Code] and [Errorf]) and one line on stderr that says what happened,
//     why, and what to do. With --json that line is an object:
//     {"error":{"code":"not_found","message":"…","hint":"…"}}.
//   - Wrong usage is reported on stderr with exit code 2 and the nearest known word. Flags are known at every
//     level of the command's path and work before and after its words and its arguments; -- ends them; -12 is an
//     argument; a flag that may be repeated does not split its value at commas.
//   - [cli.Command].ArgsUsage is not only shown but checked: "FILE" is one argument, "[FILE]" an optional one,
//     "FILE..." one or more, "[FILE...]" any number, and an empty ArgsUsage means that the command takes none.
//     Words joined by | (as in ID|NAME) are alternatives of one argument. Any other text, such as "A B | C", is
//     shown and not checked.
//   - The first SIGINT, SIGTERM, SIGHUP or SIGQUIT cancels the command's context, and a command that returns
//     because of it exits with 130, 143, 129 or 131; one that returns nil (a server that drained, a session told
//     to end at its prompt) exits with 0. A second signal ends the program at once.
//   - A closed stdout (program | head -1) cancels the context too, and is silent success.
//     [Terminal.OutlivesOutput] is for programs whose work must go on. A stdout that cannot be written (a full
//     disk) is a failure.
//   - A module has one table from the errors of its library to exit codes, names and hints, [Problems], and an
//     [Adaptor] for each thing that its commands need opened, which opens it, runs the command, closes it and
//     looks the error up.
//   - With --json, stderr holds nothing but one object when a command fails; what went wrong with single items
//     ([Terminal.Warnf]) is in its details. Notes are silent.
//   - A [Table] fits the terminal and is whole in a pipe. [Values] completes what only the program knows.
//     [Describe] says in help and manual page where the data lies, and [DataDir] is that place.
//   - Every program has --json, --quiet, --no-color, --help, --version, the commands help, completion and man.
//
// A command finds all of it through [From]. An App belongs to one [Run]: build another for the next.
//
// Precedence is flag, then environment ([cli.StringFlag].EnvVars, and the files that these variables with _FILE
// added name), then the configuration file of a program that has [ConfigFlag], then default.
package console
