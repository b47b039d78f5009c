// Package assistant is a personal address book with notes: its domain, without a screen and without a database.
//
// The nouns are [Contact] and [Note]. A [Store] keeps them; package store opens stores in SQLite, PostgreSQL and
// MongoDB, and package storetest holds the tests that each of them passes. A [Book] is what programs use: it checks
// what a user typed, finds a contact by id or by name, imports and exports vCards and knows whose birthday is near.
//
// Three rules hold everywhere:
//
//   - Nothing is lost. What a user typed is kept alongside what the program made of it, and a contact that came from a
//     vCard keeps the card's bytes, so that properties unknown to this package survive an export.
//   - Nothing is overwritten unseen. Every contact and note has a version, and a change names the version that it
//     was made on; of two changes to one version exactly one succeeds and the other gets a [ConflictError].
//   - All stores give the same answers. Text is folded, ordered, verified and ranked by package search, in Go, so that
//     a query has the same answer in the same order on every database.
package assistant
