// Command schooldb keeps the students and grades of a school and answers twelve questions about them.
package main

import (
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb/internal/command"
)

func main() { console.Main(command.New()) }
