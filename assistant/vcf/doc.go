// Package vcf reads and writes vCard files, property by property, without loss.
//
// It reads version 2.1 (with the habits of many programs that no RFC describes), 3.0 (RFC 2426) and 4.0 (RFC 6350), and
// writes 3.0 and 4.0. A [Card] keeps its properties in their order, with groups, parameters and values, whether their
// names are known or not. Reading what was written gives the same card: writing is a fixed point.
//
// The package github.com/emersion/go-vcard names the properties and types that programs agree on and is used for that.
// It is not used for reading and writing: its card is a map without order, it drops lines that it does not understand,
// and it does not know quoted-printable, character sets or the difference between a comma that separates values and one
// that belongs to a value.
package vcf
