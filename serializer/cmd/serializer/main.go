// Command serializer converts data between JSON, CBOR, MessagePack and Python pickles without losing anything.
package main

import (
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer/internal/command"
)

func main() { console.Main(command.New()) }
