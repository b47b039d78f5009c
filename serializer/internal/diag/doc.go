// Package diag writes CBOR in diagnostic notation and reads it: RFC 8949, section 8, with what
// draft-ietf-cbor-edn-literals adds to it (encoding indicators, comments, other bases, text in single quotes).
package diag
