//go:build !linux

package writer

// Find knows nothing on this system: --min-age protects files that are being written.
func Find() Files { return nil }
