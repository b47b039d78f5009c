// Package invent makes up the names of a school that does not exist.
package invent
