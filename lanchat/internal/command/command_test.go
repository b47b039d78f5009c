package command_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat/internal/command"
)

func TestMain(m *testing.M) {
	consoletest.Main(m, map[string]func(){
		"lanchat": func() { console.Main(command.New()) }, "deliver": deliver, "crowd": crowd,
		"overhear": overhear, "mute": mute,
	})
}

func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }

func TestReadme(t *testing.T) { consoletest.Session(t, "../../README.md") }

// mute is a program of the test: it listens, writes its address and all that it hears into files, and never answers.
func mute() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		err = os.WriteFile("address", []byte(listener.Addr().String()), 0o600)
	}
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	heard, err := os.Create("heard")
	if err != nil {
		panic(err)
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go func() { _, _ = io.Copy(heard, conn) }()
	}
}
