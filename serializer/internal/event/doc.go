// Package event holds what all formats share: the kinds of values, the events of which a document is a stream, the
// frames that bound a document's depth and find its duplicate keys, and the texts of numbers, times and decimals.
//
// It is the lowest layer: packages json, cbor and msgpack turn bytes into events and back, package tree makes a
// Value of them and package bind a Go value.
package event
