//go:build !linux

package wal

import "os"

func datasync(file *os.File) error { return file.Sync() }
