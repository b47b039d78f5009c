package main

import (
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

func TestMain(m *testing.M) { consoletest.Main(m, map[string]func(){"assistant": main}) }

func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }

func TestReadme(t *testing.T) { consoletest.Session(t, "../../README.md") }
