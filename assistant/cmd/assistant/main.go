// Command assistant is a personal assistant for the terminal: contacts, birthdays and notes.
package main

import (
	"github.com/pythonweb/goweb/assistant/internal/command"
	"github.com/pythonweb/goweb/console"
)

func main() { console.Main(command.New()) }
