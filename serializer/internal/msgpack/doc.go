// Package msgpack reads and writes MessagePack.
package msgpack
