// Package storage opens databases.
package storage
