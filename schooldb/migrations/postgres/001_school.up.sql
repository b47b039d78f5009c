-- What a school is made of. Identifiers are positive; a grade is kept in whole hundredths of a mark. Names are ordered
-- by their bytes, so that answers are in the same order everywhere.
CREATE TABLE groups (
    id   bigint PRIMARY KEY CHECK (id > 0),
    name text COLLATE "C" NOT NULL CHECK (name <> '')
);

CREATE TABLE teachers (
    id   bigint PRIMARY KEY CHECK (id > 0),
    name text COLLATE "C" NOT NULL CHECK (name <> '')
);

CREATE TABLE subjects (
    id         bigint PRIMARY KEY CHECK (id > 0),
    name       text COLLATE "C" NOT NULL CHECK (name <> ''),
    teacher_id bigint NOT NULL REFERENCES teachers (id)
);

CREATE TABLE students (
    id       bigint PRIMARY KEY CHECK (id > 0),
    name     text COLLATE "C" NOT NULL CHECK (name <> ''),
    group_id bigint REFERENCES groups (id)
);

CREATE TABLE grades (
    id          bigint PRIMARY KEY CHECK (id > 0),
    student_id  bigint NOT NULL REFERENCES students (id),
    subject_id  bigint NOT NULL REFERENCES subjects (id),
    grade       bigint NOT NULL CHECK (grade BETWEEN 0 AND 100000000000),
    received_on date NOT NULL CHECK (received_on BETWEEN '0001-01-01' AND '9999-12-31')
);

CREATE TABLE enrolments (
    student_id bigint NOT NULL REFERENCES students (id),
    subject_id bigint NOT NULL REFERENCES subjects (id),
    PRIMARY KEY (student_id, subject_id)
);

-- The beginning of a name only: PostgreSQL refuses long keys.
CREATE INDEX subjects_of_teacher ON subjects (teacher_id, left(name, 200));
CREATE INDEX students_of_group ON students (group_id, left(name, 200));
CREATE INDEX enrolments_in_subject ON enrolments (subject_id);
CREATE INDEX grades_of_student ON grades (student_id, subject_id, received_on, grade);
CREATE INDEX grades_of_day ON grades (subject_id, received_on, student_id);
