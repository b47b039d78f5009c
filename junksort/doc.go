// Package junksort sorts the files of a folder into folders by category or extension, in parallel, and never loses one.
//
// Every run takes the same steps, whichever engine walks:
//
//	list -> plan -> journal -> move -> remove empty folders -> unpack -> end
//
// Listing reads a folder through its open descriptor and decides by name or content where each file belongs. The
// planner takes the files in path order and gives each its new name, so that the result depends on neither engine nor
// number of workers. A batch of moves is written into the journal (package wal) before its first rename, and the
// kernel is asked to rename without overwriting (package dirfd). So a process that is killed leaves files in one of
// two places, and the journal says which two; device and inode say which one.
//
// [Undo] reads the journal backwards and gives every file its old place, every removed folder its old owner and mode
// and every folder its old times. [Resume] goes on with a run that was killed. [Apply] carries out a plan that
// [WritePlan] wrote. [Watch] repeats passes over a tree that changes, and reads again only what something has touched
// (package calm). [History] tells what happened.
//
// This package has the types and the functions that callers use. Behind it each layer is a package, and imports between
// them run one way:
//
//	engine/pool, engine/async -> engine -> plan -> survey -> unpack, relink, calm
//	commit, undo -> unpack, relink, trash -> carry -> journal -> order -> tree
//
// survey says where each file belongs and what stays, plan gives the new names, and an engine hands batches of moves
// (order) to commit, which writes them into the journal and carries them out; carry copies between disks. undo knows
// the journal and nothing of sorting. A kind of step is one type in journal, which reads it, and one in undo, which
// takes it back.
//
// One goroutine plans, one writes the journal, one moves; there are as many listers, copiers and hashers as
// Options.Workers. Each has its own state; what they share (handles, targets, reporter, journal) has a mutex of its
// own.
package junksort
