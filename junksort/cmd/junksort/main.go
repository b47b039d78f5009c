// Command junksort sorts the files of a junk folder, in parallel, and never loses one.
package main

import (
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort/internal/command"
)

func main() { console.Main(command.New()) }
