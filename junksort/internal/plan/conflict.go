package plan

// Conflict says what happens to a file whose name is taken at its destination.
type Conflict string

// What can be done about a taken name. None of them overwrites a file.
const (
	Rename Conflict = "rename" // the later file in path order gets a number: a (2).jpg
	Skip   Conflict = "skip"   // the later file stays where it is
	Newer  Conflict = "newer"  // the file modified last gets the name, the other one a number
	Larger Conflict = "larger" // the larger file gets the name, the other one a number
	Dedupe Conflict = "dedupe" // a file of the same content is put aside for undo, any other one gets a number
)
