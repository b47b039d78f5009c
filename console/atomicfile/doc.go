// Package atomicfile writes files whole or not at all: into a temporary file in the same directory, flushed to the
// disk, renamed over the old file, the directory flushed. Whoever reads the path sees the old content or the new, even
// after a crash or a power failure; a writer that dies leaves the old file and at most a temporary file beside it.
//
// Begin with [Write], or with [Create] when the content comes in pieces: Create, write, [File.Commit], and a deferred
// [File.Close]. [WriteNew] and [New] are for a file that must not exist yet.
//
// Four things are kept that a plain rename loses:
//
//   - What exists and is not a regular file is written to and never replaced: a device, a pipe, a terminal,
//     /dev/stdout. Root that writes to /dev/null does not destroy it.
//   - A file that is replaced hands on its permissions, its owner and group as far as the process may give them,
//     its access control list and its extended attributes. Where the group cannot be handed on, its permissions
//     are taken away.
//   - A file that the process may not write to stays, even where the directory would let it be replaced.
//   - A symbolic link stays, and what it points to is replaced or created.
//
// A hard link is cut: the other names keep the old content.
package atomicfile
