// Command factorize prints the divisors or the prime factors of numbers.
package main

import (
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/factorize/internal/command"
)

func main() { console.Main(command.New()) }
