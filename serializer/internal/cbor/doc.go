// Package cbor reads and writes CBOR (RFC 8949) and its core deterministic form.
package cbor
