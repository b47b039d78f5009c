// Command assistant is a personal assistant for the terminal: contacts, birthdays and notes.
package main

import (
	"github.com/pythonweb/goweb/assistant/internal/command"
	_ "github.com/pythonweb/goweb/assistant/internal/firstgc" // postpones the first garbage collection
	"github.com/pythonweb/goweb/console"
)

func main() { console.Main(command.New()) }
