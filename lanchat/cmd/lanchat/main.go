// Command lanchat sends text messages and files between the computers of one network; OK means stored.
package main

import (
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/command"
)

func main() { console.Main(command.New()) }
