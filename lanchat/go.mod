module github.com/pythonweb/goweb/lanchat

go 1.26.0

toolchain go1.26.8

require (
	github.com/google/go-cmp v0.7.0
	go.uber.org/goleak v1.3.0
)
