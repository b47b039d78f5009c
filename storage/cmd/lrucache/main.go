// Command lrucache remembers what shell commands print, in Redis, and answers from memory the next time.
package main

import (
	"os"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/command"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

func main() {
	code, answered, down := memo.Warm(os.Args[1:])
	if answered {
		os.Exit(code)
	}
	console.Main(command.New(down))
}
