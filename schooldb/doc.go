// Package schooldb keeps the students, groups, subjects, teachers and grades of a school in SQLite or PostgreSQL and
// answers twelve questions about them, exactly and in the same order on both.
//
// A grade is a number of hundredths, a mean is a sum over a count, and no division happens before Go does it, so two
// means are equal only when they are. The sums are kept by triggers inside the database: they stay true whichever
// program writes, and every question is answered from a few index entries, also with twenty million grades.
// [School.Verify] recomputes them.
package schooldb
