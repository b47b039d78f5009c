-- Sums and counts of grades, kept true by the triggers below under any statement and by any program.
--
-- A mean is compared exactly by (whole, fraction): whole is the integer part of grade_sum / grade_count, fraction the
-- next 62 binary digits of the quotient, by long division. Two different quotients with denominators below 2^31 differ
-- by more than 2^-62, so they never share both numbers, and equal quotients always do.
CREATE TABLE student_sums (
    student_id  bigint PRIMARY KEY,
    group_id    bigint, -- the group whose group_subject_sums contain these grades
    name        text COLLATE "C" NOT NULL,
    grade_sum   bigint NOT NULL,
    grade_count bigint NOT NULL CHECK (grade_count BETWEEN 1 AND 2147483647),
    whole       bigint NOT NULL GENERATED ALWAYS AS (grade_sum / grade_count) STORED,
    fraction    bigint NOT NULL GENERATED ALWAYS AS (
        ((((grade_sum % grade_count) << 31) / grade_count) << 31) |
        (((((grade_sum % grade_count) << 31) % grade_count) << 31) / grade_count)) STORED
);

CREATE TABLE student_subject_sums (
    student_id  bigint NOT NULL,
    subject_id  bigint NOT NULL,
    name        text COLLATE "C" NOT NULL, -- the student's: equal means are ordered by it
    grade_sum   bigint NOT NULL,
    grade_count bigint NOT NULL CHECK (grade_count BETWEEN 1 AND 2147483647),
    whole       bigint NOT NULL GENERATED ALWAYS AS (grade_sum / grade_count) STORED,
    fraction    bigint NOT NULL GENERATED ALWAYS AS (
        ((((grade_sum % grade_count) << 31) / grade_count) << 31) |
        (((((grade_sum % grade_count) << 31) % grade_count) << 31) / grade_count)) STORED,
    PRIMARY KEY (student_id, subject_id)
);

CREATE TABLE group_subject_sums (
    group_id    bigint NOT NULL,
    subject_id  bigint NOT NULL,
    grade_sum   bigint NOT NULL,
    grade_count bigint NOT NULL CHECK (grade_count >= 0), -- 0 only between two statements of a trigger
    PRIMARY KEY (group_id, subject_id)
);

CREATE TABLE subject_sums (
    subject_id  bigint PRIMARY KEY,
    grade_sum   bigint NOT NULL,
    grade_count bigint NOT NULL CHECK (grade_count >= 0) -- 0 only between two statements of a trigger
);

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

CREATE INDEX ranking ON student_sums (whole DESC, fraction DESC, left(name, 200), student_id);
CREATE INDEX subject_ranking ON student_subject_sums (subject_id, whole DESC, fraction DESC, left(name, 200), student_id);

-- Runs once a statement and takes all changed grades together, so a COPY of millions is one change of the sums.
CREATE FUNCTION grades_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM student_subject_sums;
        DELETE FROM student_sums;
        DELETE FROM group_subject_sums;
        DELETE FROM subject_sums;
        RETURN NULL;
    END IF;

    -- A student cannot change groups until this transaction ends, nor can two transactions add to one student's sums.
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM students WHERE id IN (SELECT student_id FROM removed) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM 1 FROM students WHERE id IN (SELECT student_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    END IF;

    IF TG_OP <> 'INSERT' THEN
        WITH less AS (
            SELECT s.group_id, r.subject_id, sum(r.grade)::bigint AS grade_sum, count(*) AS grade_count
            FROM removed AS r JOIN students AS s ON s.id = r.student_id
            WHERE s.group_id IS NOT NULL
            GROUP BY s.group_id, r.subject_id
        )
        UPDATE group_subject_sums AS t
        SET grade_sum = t.grade_sum - less.grade_sum, grade_count = t.grade_count - less.grade_count
        FROM less
        WHERE t.group_id = less.group_id AND t.subject_id = less.subject_id;
        DELETE FROM group_subject_sums
        WHERE grade_count = 0 AND (group_id, subject_id) IN (
            SELECT s.group_id, r.subject_id FROM removed AS r JOIN students AS s ON s.id = r.student_id);

        WITH less AS (
            SELECT student_id, subject_id, sum(grade)::bigint AS grade_sum, count(*) AS grade_count
            FROM removed GROUP BY student_id, subject_id
        ), gone AS (
            DELETE FROM student_subject_sums AS t USING less
            WHERE t.student_id = less.student_id AND t.subject_id = less.subject_id AND t.grade_count = less.grade_count
        )
        UPDATE student_subject_sums AS t
        SET grade_sum = t.grade_sum - less.grade_sum, grade_count = t.grade_count - less.grade_count
        FROM less
        WHERE t.student_id = less.student_id AND t.subject_id = less.subject_id AND t.grade_count > less.grade_count;

        WITH less AS (
            SELECT student_id, sum(grade)::bigint AS grade_sum, count(*) AS grade_count FROM removed GROUP BY student_id
        ), gone AS (
            DELETE FROM student_sums AS t USING less
            WHERE t.student_id = less.student_id AND t.grade_count = less.grade_count
        )
        UPDATE student_sums AS t
        SET grade_sum = t.grade_sum - less.grade_sum, grade_count = t.grade_count - less.grade_count
        FROM less
        WHERE t.student_id = less.student_id AND t.grade_count > less.grade_count;

        WITH less AS (
            SELECT subject_id, sum(grade)::bigint AS grade_sum, count(*) AS grade_count FROM removed GROUP BY subject_id
        )
        UPDATE subject_sums AS t
        SET grade_sum = t.grade_sum - less.grade_sum, grade_count = t.grade_count - less.grade_count
        FROM less
        WHERE t.subject_id = less.subject_id;
        DELETE FROM subject_sums WHERE grade_count = 0 AND subject_id IN (SELECT subject_id FROM removed);
    END IF;

    IF TG_OP <> 'DELETE' THEN
        INSERT INTO group_subject_sums AS t (group_id, subject_id, grade_sum, grade_count)
        SELECT s.group_id, a.subject_id, sum(a.grade), count(*)
        FROM added AS a JOIN students AS s ON s.id = a.student_id
        WHERE s.group_id IS NOT NULL
        GROUP BY s.group_id, a.subject_id
        ORDER BY s.group_id, a.subject_id
        ON CONFLICT (group_id, subject_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;

        INSERT INTO student_subject_sums AS t (student_id, subject_id, name, grade_sum, grade_count)
        SELECT s.id, a.subject_id, s.name, sum(a.grade), count(*)
        FROM added AS a JOIN students AS s ON s.id = a.student_id
        GROUP BY s.id, a.subject_id
        ORDER BY s.id, a.subject_id
        ON CONFLICT (student_id, subject_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;

        INSERT INTO student_sums AS t (student_id, group_id, name, grade_sum, grade_count)
        SELECT s.id, s.group_id, s.name, sum(a.grade), count(*)
        FROM added AS a JOIN students AS s ON s.id = a.student_id
        GROUP BY s.id
        ORDER BY s.id
        ON CONFLICT (student_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;

        INSERT INTO subject_sums AS t (subject_id, grade_sum, grade_count)
        SELECT subject_id, sum(grade), count(*) FROM added GROUP BY subject_id ORDER BY subject_id
        ON CONFLICT (subject_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER grades_after_insert AFTER INSERT ON grades
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION grades_changed();
CREATE TRIGGER grades_after_update AFTER UPDATE ON grades
REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION grades_changed();
CREATE TRIGGER grades_after_delete AFTER DELETE ON grades
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION grades_changed();
CREATE TRIGGER grades_after_truncate AFTER TRUNCATE ON grades
FOR EACH STATEMENT EXECUTE FUNCTION grades_changed();

-- The row lock of the update makes it wait for transactions that add grades to this student, and they for it.
CREATE FUNCTION student_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.group_id IS DISTINCT FROM NEW.group_id THEN
        UPDATE group_subject_sums AS t
        SET grade_sum = t.grade_sum - p.grade_sum, grade_count = t.grade_count - p.grade_count
        FROM student_subject_sums AS p
        WHERE p.student_id = NEW.id AND t.group_id = OLD.group_id AND t.subject_id = p.subject_id;
        DELETE FROM group_subject_sums
        WHERE grade_count = 0 AND group_id = OLD.group_id
          AND subject_id IN (SELECT subject_id FROM student_subject_sums WHERE student_id = NEW.id);

        INSERT INTO group_subject_sums AS t (group_id, subject_id, grade_sum, grade_count)
        SELECT NEW.group_id, subject_id, grade_sum, grade_count FROM student_subject_sums
        WHERE student_id = NEW.id AND NEW.group_id IS NOT NULL
        ORDER BY subject_id
        ON CONFLICT (group_id, subject_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;
    END IF;
    UPDATE student_sums SET group_id = NEW.group_id, name = NEW.name WHERE student_id = NEW.id;
    UPDATE student_subject_sums SET name = NEW.name WHERE student_id = NEW.id AND name <> NEW.name;
    RETURN NULL;
END
$$;

CREATE TRIGGER students_after_update AFTER UPDATE OF name, group_id ON students FOR EACH ROW
WHEN (OLD.name <> NEW.name OR OLD.group_id IS DISTINCT FROM NEW.group_id) EXECUTE FUNCTION student_changed();
