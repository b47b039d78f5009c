// Package publish puts the files of an export in the place of those of another so that nobody takes old and new files
// for one school, also when the process dies in between.
package publish
