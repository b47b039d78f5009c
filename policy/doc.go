// Package policy holds the rules of this repository as tests: which module may import which, that packages are
// documented, that third-party versions agree, that the READMEs tell the truth. It has no code of its own.
package policy
