-- Sums and counts of grades, kept true by the triggers below under any statement and by any program.
--
-- A mean is compared exactly by (whole, fraction): whole is the integer part of grade_sum / grade_count, fraction the
-- next 62 binary digits of the quotient, by long division. Two different quotients with denominators below 2^31 differ
-- by more than 2^-62, so they never share both numbers, and equal quotients always do.
CREATE TABLE student_sums (
    student_id  INTEGER PRIMARY KEY,
    group_id    INTEGER, -- the group whose group_subject_sums contain these grades
    name        TEXT NOT NULL,
    grade_sum   INTEGER NOT NULL,
    grade_count INTEGER NOT NULL CHECK (grade_count BETWEEN 1 AND 2147483647),
    whole       INTEGER GENERATED ALWAYS AS (grade_sum / grade_count) VIRTUAL,
    fraction    INTEGER GENERATED ALWAYS AS (
        ((((grade_sum % grade_count) << 31) / grade_count) << 31) |
        (((((grade_sum % grade_count) << 31) % grade_count) << 31) / grade_count)) VIRTUAL
) STRICT;

CREATE TABLE student_subject_sums (
    student_id  INTEGER NOT NULL,
    subject_id  INTEGER NOT NULL,
    name        TEXT NOT NULL, -- the student's: equal means are ordered by it
    grade_sum   INTEGER NOT NULL,
    grade_count INTEGER NOT NULL CHECK (grade_count BETWEEN 1 AND 2147483647),
    whole       INTEGER GENERATED ALWAYS AS (grade_sum / grade_count) VIRTUAL,
    fraction    INTEGER GENERATED ALWAYS AS (
        ((((grade_sum % grade_count) << 31) / grade_count) << 31) |
        (((((grade_sum % grade_count) << 31) % grade_count) << 31) / grade_count)) VIRTUAL,
    PRIMARY KEY (student_id, subject_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_subject_sums (
    group_id    INTEGER NOT NULL,
    subject_id  INTEGER NOT NULL,
    grade_sum   INTEGER NOT NULL,
    grade_count INTEGER NOT NULL CHECK (grade_count > 0),
    PRIMARY KEY (group_id, subject_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE subject_sums (
    subject_id  INTEGER PRIMARY KEY,
    grade_sum   INTEGER NOT NULL,
    grade_count INTEGER NOT NULL CHECK (grade_count > 0)
) STRICT;

-- The row that a REPLACE is about to delete: SQLite fires no delete trigger for it.
CREATE TABLE replaced_grade (
    id         INTEGER PRIMARY KEY,
    student_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    grade      INTEGER NOT NULL
) STRICT;

INSERT INTO student_subject_sums (student_id, subject_id, name, grade_sum, grade_count)
SELECT p.student_id, p.subject_id, s.name, p.grade_sum, p.grade_count
FROM (
    SELECT student_id, subject_id, sum(grade) AS grade_sum, count(*) AS grade_count
    FROM grades GROUP BY student_id, subject_id) AS p
JOIN students AS s ON s.id = p.student_id;

INSERT INTO student_sums (student_id, group_id, name, grade_sum, grade_count)
SELECT p.student_id, s.group_id, s.name, p.grade_sum, p.grade_count
FROM (
    SELECT student_id, sum(grade_sum) AS grade_sum, sum(grade_count) AS grade_count
    FROM student_subject_sums GROUP BY student_id) AS p
JOIN students AS s ON s.id = p.student_id;

INSERT INTO group_subject_sums (group_id, subject_id, grade_sum, grade_count)
SELECT s.group_id, p.subject_id, sum(p.grade_sum), sum(p.grade_count)
FROM students AS s JOIN student_subject_sums AS p ON p.student_id = s.id
WHERE s.group_id IS NOT NULL
GROUP BY s.group_id, p.subject_id;

INSERT INTO subject_sums (subject_id, grade_sum, grade_count)
SELECT subject_id, sum(grade_sum), sum(grade_count)
FROM student_subject_sums GROUP BY subject_id;

CREATE INDEX ranking ON student_sums (whole DESC, fraction DESC, name);
CREATE INDEX subject_ranking ON student_subject_sums (subject_id, whole DESC, fraction DESC, name, student_id);

-- Procedures: views that only take inserts.

-- add_to_totals(group or null, subject, sum, count) changes the sums of a group and of a subject.
CREATE VIEW add_to_totals (group_id, subject_id, grade_sum, grade_count) AS SELECT 0, 0, 0, 0 WHERE false;

CREATE TRIGGER add_to_totals_more INSTEAD OF INSERT ON add_to_totals WHEN NEW.grade_count > 0
BEGIN
    INSERT INTO group_subject_sums (group_id, subject_id, grade_sum, grade_count)
    SELECT NEW.group_id, NEW.subject_id, NEW.grade_sum, NEW.grade_count WHERE NEW.group_id IS NOT NULL
    ON CONFLICT (group_id, subject_id) DO UPDATE
    SET grade_sum = grade_sum + excluded.grade_sum, grade_count = grade_count + excluded.grade_count;

    INSERT INTO subject_sums (subject_id, grade_sum, grade_count)
    VALUES (NEW.subject_id, NEW.grade_sum, NEW.grade_count)
    ON CONFLICT (subject_id) DO UPDATE
    SET grade_sum = grade_sum + excluded.grade_sum, grade_count = grade_count + excluded.grade_count;
END;

CREATE TRIGGER add_to_totals_less INSTEAD OF INSERT ON add_to_totals WHEN NEW.grade_count < 0
BEGIN
    DELETE FROM group_subject_sums
    WHERE group_id = NEW.group_id AND subject_id = NEW.subject_id AND grade_count = -NEW.grade_count;
    UPDATE group_subject_sums
    SET grade_sum = grade_sum + NEW.grade_sum, grade_count = grade_count + NEW.grade_count
    WHERE group_id = NEW.group_id AND subject_id = NEW.subject_id;

    DELETE FROM subject_sums WHERE subject_id = NEW.subject_id AND grade_count = -NEW.grade_count;
    UPDATE subject_sums
    SET grade_sum = grade_sum + NEW.grade_sum, grade_count = grade_count + NEW.grade_count
    WHERE subject_id = NEW.subject_id;
END;

-- add_grades(student, subject, sum, count) changes every sum that contains this student's grades in this subject.
CREATE VIEW add_grades (student_id, subject_id, grade_sum, grade_count) AS SELECT 0, 0, 0, 0 WHERE false;

CREATE TRIGGER add_grades_more INSTEAD OF INSERT ON add_grades WHEN NEW.grade_count > 0
BEGIN
    INSERT INTO student_subject_sums (student_id, subject_id, name, grade_sum, grade_count)
    SELECT id, NEW.subject_id, name, NEW.grade_sum, NEW.grade_count FROM students WHERE id = NEW.student_id
    ON CONFLICT (student_id, subject_id) DO UPDATE
    SET grade_sum = grade_sum + excluded.grade_sum, grade_count = grade_count + excluded.grade_count;

    INSERT INTO student_sums (student_id, group_id, name, grade_sum, grade_count)
    SELECT id, group_id, name, NEW.grade_sum, NEW.grade_count FROM students WHERE id = NEW.student_id
    ON CONFLICT (student_id) DO UPDATE
    SET grade_sum = grade_sum + excluded.grade_sum, grade_count = grade_count + excluded.grade_count;

    INSERT INTO add_to_totals (group_id, subject_id, grade_sum, grade_count)
    SELECT group_id, NEW.subject_id, NEW.grade_sum, NEW.grade_count FROM student_sums
    WHERE student_id = NEW.student_id;
END;

CREATE TRIGGER add_grades_less INSTEAD OF INSERT ON add_grades WHEN NEW.grade_count < 0
BEGIN
    INSERT INTO add_to_totals (group_id, subject_id, grade_sum, grade_count)
    SELECT group_id, NEW.subject_id, NEW.grade_sum, NEW.grade_count FROM student_sums
    WHERE student_id = NEW.student_id;

    DELETE FROM student_subject_sums
    WHERE student_id = NEW.student_id AND subject_id = NEW.subject_id AND grade_count = -NEW.grade_count;
    UPDATE student_subject_sums
    SET grade_sum = grade_sum + NEW.grade_sum, grade_count = grade_count + NEW.grade_count
    WHERE student_id = NEW.student_id AND subject_id = NEW.subject_id;

    DELETE FROM student_sums WHERE student_id = NEW.student_id AND grade_count = -NEW.grade_count;
    UPDATE student_sums
    SET grade_sum = grade_sum + NEW.grade_sum, grade_count = grade_count + NEW.grade_count
    WHERE student_id = NEW.student_id;
END;

-- recount_student(student) takes the student out of the sums and puts in what is true now. It undoes what
-- student_sums says was done, so it needs no knowledge of the row that the student had before.
CREATE VIEW recount_student (student_id) AS SELECT 0 WHERE false;

CREATE TRIGGER recount_student_now INSTEAD OF INSERT ON recount_student
BEGIN
    INSERT INTO add_to_totals (group_id, subject_id, grade_sum, grade_count)
    SELECT s.group_id, p.subject_id, -p.grade_sum, -p.grade_count
    FROM student_sums AS s JOIN student_subject_sums AS p ON p.student_id = s.student_id
    WHERE s.student_id = NEW.student_id;
    DELETE FROM student_subject_sums WHERE student_id = NEW.student_id;
    DELETE FROM student_sums WHERE student_id = NEW.student_id;

    INSERT INTO student_subject_sums (student_id, subject_id, name, grade_sum, grade_count)
    SELECT s.id, g.subject_id, s.name, sum(g.grade), count(*)
    FROM students AS s JOIN grades AS g ON g.student_id = s.id
    WHERE s.id = NEW.student_id
    GROUP BY g.subject_id;
    INSERT INTO student_sums (student_id, group_id, name, grade_sum, grade_count)
    SELECT s.id, s.group_id, s.name, sum(p.grade_sum), sum(p.grade_count)
    FROM students AS s JOIN student_subject_sums AS p ON p.student_id = s.id
    WHERE s.id = NEW.student_id
    GROUP BY s.id;
    INSERT INTO add_to_totals (group_id, subject_id, grade_sum, grade_count)
    SELECT s.group_id, p.subject_id, p.grade_sum, p.grade_count
    FROM student_sums AS s JOIN student_subject_sums AS p ON p.student_id = s.student_id
    WHERE s.student_id = NEW.student_id;
END;

-- Grades. "WHERE true" keeps SQLite from rewriting the page of an empty table.
CREATE TRIGGER grades_before_insert BEFORE INSERT ON grades
BEGIN
    DELETE FROM replaced_grade WHERE true;
    INSERT INTO replaced_grade (id, student_id, subject_id, grade)
    SELECT id, student_id, subject_id, grade FROM grades WHERE id = NEW.id;
END;

CREATE TRIGGER grades_after_insert AFTER INSERT ON grades
BEGIN
    INSERT INTO add_grades (student_id, subject_id, grade_sum, grade_count)
    SELECT student_id, subject_id, -grade, -1 FROM replaced_grade WHERE id = NEW.id;
    DELETE FROM replaced_grade WHERE true;
    INSERT INTO add_grades (student_id, subject_id, grade_sum, grade_count)
    VALUES (NEW.student_id, NEW.subject_id, NEW.grade, 1);
END;

-- With recursive_triggers on, a REPLACE does fire this: then nothing is left to undo.
CREATE TRIGGER grades_after_delete AFTER DELETE ON grades
BEGIN
    DELETE FROM replaced_grade WHERE true;
    INSERT INTO add_grades (student_id, subject_id, grade_sum, grade_count)
    VALUES (OLD.student_id, OLD.subject_id, -OLD.grade, -1);
END;

CREATE TRIGGER grades_before_renumber BEFORE UPDATE OF id ON grades WHEN OLD.id <> NEW.id
BEGIN
    DELETE FROM replaced_grade WHERE true;
    INSERT INTO replaced_grade (id, student_id, subject_id, grade)
    SELECT id, student_id, subject_id, grade FROM grades WHERE id = NEW.id;
END;

CREATE TRIGGER grades_after_renumber AFTER UPDATE OF id ON grades WHEN OLD.id <> NEW.id
BEGIN
    INSERT INTO add_grades (student_id, subject_id, grade_sum, grade_count)
    SELECT student_id, subject_id, -grade, -1 FROM replaced_grade WHERE id = NEW.id;
    DELETE FROM replaced_grade WHERE true;
END;

CREATE TRIGGER grades_after_update AFTER UPDATE OF student_id, subject_id, grade ON grades
WHEN OLD.student_id <> NEW.student_id OR OLD.subject_id <> NEW.subject_id OR OLD.grade <> NEW.grade
BEGIN
    INSERT INTO add_grades (student_id, subject_id, grade_sum, grade_count)
    VALUES (OLD.student_id, OLD.subject_id, -OLD.grade, -1);
    INSERT INTO add_grades (student_id, subject_id, grade_sum, grade_count)
    VALUES (NEW.student_id, NEW.subject_id, NEW.grade, 1);
END;

-- Students.
CREATE TRIGGER students_after_insert AFTER INSERT ON students
WHEN EXISTS (SELECT 1 FROM grades WHERE student_id = NEW.id)
BEGIN
    INSERT INTO recount_student (student_id) VALUES (NEW.id);
END;

CREATE TRIGGER students_after_delete AFTER DELETE ON students
WHEN EXISTS (SELECT 1 FROM student_sums WHERE student_id = OLD.id)
BEGIN
    INSERT INTO recount_student (student_id) VALUES (OLD.id);
END;

CREATE TRIGGER students_after_update AFTER UPDATE OF id, name, group_id ON students
WHEN OLD.id <> NEW.id OR OLD.name <> NEW.name OR OLD.group_id IS NOT NEW.group_id
BEGIN
    INSERT INTO recount_student (student_id) VALUES (OLD.id);
    INSERT INTO recount_student (student_id) SELECT NEW.id WHERE OLD.id <> NEW.id;
END;
