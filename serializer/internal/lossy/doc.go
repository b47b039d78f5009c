// Package lossy writes kinds of values in plainer forms, for readers that have no such kinds.
package lossy
