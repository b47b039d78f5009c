// Package event holds what all formats share: the kinds of values, the events of which a document is a stream, and the
// frames that bound a document's depth and find its duplicate keys.
//
// Below it, package literal knows the texts of numbers and times. Above it, package wire has the bytes that a format
// reads and writes, packages json, cbor and msgpack turn bytes into events and back, package tree turns events into a
// Value and package bind into a Go value.
package event
