module github.com/pythonweb/goweb/assistant

go 1.26.0

toolchain go1.26.8

require (
	github.com/google/uuid v1.6.0
	github.com/nyaruka/phonenumbers v1.8.1
	golang.org/x/text v0.44.0
)

require google.golang.org/protobuf v1.36.11 // indirect
