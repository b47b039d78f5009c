module github.com/pythonweb/goweb/serializer

go 1.26.0

toolchain go1.26.8

require (
	github.com/cockroachdb/apd/v3 v3.2.3
	github.com/google/uuid v1.6.0
	github.com/tinylib/msgp v1.6.5
)

require github.com/pythonweb/goweb/console v0.0.0

require github.com/philhofer/fwd v1.2.0 // indirect

replace github.com/pythonweb/goweb/console => ../console
