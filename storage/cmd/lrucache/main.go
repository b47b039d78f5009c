// Command lrucache remembers what shell commands print, in a folder or a Redis, and answers from memory the next time.
package main

import (
	"os"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/command"
	"github.com/pythonweb/goweb/storage/internal/first"
)

func main() {
	os.Args = command.Arguments(os.Args)
	console.Main(command.New(first.Down()))
}
