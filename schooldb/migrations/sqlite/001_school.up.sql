-- What a school is made of. Identifiers are positive; a grade is kept in whole hundredths of a mark; a day is YYYY-MM-DD.
CREATE TABLE groups (
    id   INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL CHECK (name <> '' AND instr(name, char(0)) = 0)
) STRICT;

CREATE TABLE teachers (
    id   INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL CHECK (name <> '' AND instr(name, char(0)) = 0)
) STRICT;

CREATE TABLE subjects (
    id         INTEGER PRIMARY KEY CHECK (id > 0),
    name       TEXT NOT NULL CHECK (name <> '' AND instr(name, char(0)) = 0),
    teacher_id INTEGER NOT NULL REFERENCES teachers (id)
) STRICT;

CREATE TABLE students (
    id       INTEGER PRIMARY KEY CHECK (id > 0),
    name     TEXT NOT NULL CHECK (name <> '' AND instr(name, char(0)) = 0),
    group_id INTEGER REFERENCES groups (id)
) STRICT;

CREATE TABLE grades (
    id          INTEGER PRIMARY KEY CHECK (id > 0),
    student_id  INTEGER NOT NULL REFERENCES students (id),
    subject_id  INTEGER NOT NULL REFERENCES subjects (id),
    grade       INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 100000000000),
    received_on TEXT NOT NULL CHECK (received_on IS date(received_on))
) STRICT;

CREATE TABLE enrolments (
    student_id INTEGER NOT NULL REFERENCES students (id),
    subject_id INTEGER NOT NULL REFERENCES subjects (id),
    PRIMARY KEY (student_id, subject_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subjects_of_teacher ON subjects (teacher_id, name);
CREATE INDEX students_of_group ON students (group_id, name);
CREATE INDEX enrolments_in_subject ON enrolments (subject_id);
-- Holds the grade too, so that the sums are recomputed from the index alone, already in order.
CREATE INDEX grades_of_student ON grades (student_id, subject_id, received_on, grade);
CREATE INDEX grades_of_day ON grades (subject_id, received_on, student_id);
