// Command release fills a folder with what people install without cloning: archives for every system, Debian packages,
// lists of what is inside, checksums; and it writes the commit from which `go install` takes a version. `make release
// VERSION=v1.2.3` calls it in a clean checkout.
//
// Nothing is changed but the folder, and, at the very end, a commit beside the main branch and its tags. Nothing is
// pushed: the last line says which command would. Two runs for the same commit and version give the same bytes, in
// whatever folder and at whatever time: the commit's time is the time of all files.
//
//   - commit.go clones the repository and, when all is made, writes the release commit in the clone: no replace
//     directives, siblings at the version, their hashes.
//   - target.go says which program is compiled for which system, and why not for another; build.go compiles them.
//   - document.go asks each program for its manual page and its completions.
//   - archive.go and debian.go pack, contents.go lists the modules inside and their licences.
package main
