// Package schooldb keeps the students, groups, subjects, teachers and grades of a school in SQLite or PostgreSQL and
// answers twelve questions about them, exactly and in the same order on both.
//
// A grade is a whole number of hundredths and a mean is a sum over a count, compared exactly and never rounded before
// it is shown. The sums are kept by triggers inside the database: they stay true whichever program writes, and every
// question is answered from a few index entries, even with twenty million grades. [School.Verify] recomputes them.
package schooldb
