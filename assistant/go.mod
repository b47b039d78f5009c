module github.com/pythonweb/goweb/assistant

go 1.26.0

toolchain go1.26.8
