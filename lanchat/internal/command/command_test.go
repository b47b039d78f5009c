package command_test

import (
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat/internal/command"
)

func TestMain(m *testing.M) {
	consoletest.Main(m, map[string]func(){"lanchat": func() { console.Main(command.New()) }, "deliver": deliver, "crowd": crowd})
}

func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }

func TestReadme(t *testing.T) { consoletest.Session(t, "../../README.md") }
