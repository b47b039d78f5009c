module github.com/pythonweb/goweb/serializer

go 1.26.0

toolchain go1.26.8

require (
	github.com/cockroachdb/apd/v3 v3.2.3
	github.com/fxamacker/cbor/v2 v2.10.0
	github.com/go-json-experiment/json v1.27.2
	github.com/google/go-cmp v0.7.0
	github.com/google/uuid v1.6.0
	github.com/tinylib/msgp v1.6.5
)
