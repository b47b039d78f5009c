// Package publish replaces the files of an export by those of another so that nobody takes old and new files for one
// school, even when the process dies in between.
package publish
