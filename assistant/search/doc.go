// Package search defines how text is compared, ordered, found and ranked: in Go, so that every database gives the
// same answer. It knows neither contacts nor databases.
//
// # Comparing
//
// [Fold] makes two texts equal that a reader takes for the same: by compatibility (NFKC), by case in every script,
// by apostrophe and by spaces. It keeps letters apart: й, ї and ґ are not и, і and г.
//
// # Finding
//
// A [Query] is one or more words. It matches a [Document] that contains every word, in any order, anywhere in any
// of its fields. A word that looks like a part of a telephone number also matches by its digits. A store looks up
// candidates by [Query.Words] in whatever index it has and must offer every document that contains them;
// [Query.Rank] then verifies each of them and says how good it is.
//
// # Ordering
//
// [OrderKey] gives texts the order of the Ukrainian alphabet, as a string whose bytes compare that way.
package search
