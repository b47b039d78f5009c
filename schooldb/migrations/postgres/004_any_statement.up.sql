-- The sums stay true under any statement, whoever sends it and from wherever: one that moves or replaces a student and changes
-- the grades too (several triggers then see the end of the statement), a session with another search_path or with temporary
-- tables of the same names, a user who may write grades and nothing else, and a COPY of a whole dump.

-- What has been removed is not given its number again: the greatest number that was removed, and the greatest below 2^62.
CREATE TABLE retired_ids (
    kind     text PRIMARY KEY,
    greatest bigint NOT NULL,
    low      bigint NOT NULL
);
INSERT INTO retired_ids (kind, greatest, low)
VALUES ('groups', 0, 0), ('teachers', 0, 0), ('subjects', 0, 0), ('students', 0, 0), ('grades', 0, 0);

-- Takes the group of a student's sums from student_sums, which says which group_subject_sums contain them: the student may
-- have moved or be gone in the same statement. A student without sums gets the group of this moment.
CREATE OR REPLACE FUNCTION grades_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    -- A student cannot change groups until this transaction ends, nor can two transactions add to one student's sums.
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM students WHERE id IN (SELECT student_id FROM removed) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM 1 FROM students WHERE id IN (SELECT student_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    END IF;

    IF TG_OP <> 'INSERT' THEN
        WITH less AS (
            SELECT k.group_id, r.subject_id, sum(r.grade)::bigint AS grade_sum, count(*) AS grade_count
            FROM removed AS r JOIN student_sums AS k ON k.student_id = r.student_id
            WHERE k.group_id IS NOT NULL
            GROUP BY k.group_id, r.subject_id
        )
        UPDATE group_subject_sums AS t
        SET grade_sum = t.grade_sum - less.grade_sum, grade_count = t.grade_count - less.grade_count
        FROM less
        WHERE t.group_id = less.group_id AND t.subject_id = less.subject_id;
        DELETE FROM group_subject_sums
        WHERE grade_count = 0 AND (group_id, subject_id) IN (
            SELECT k.group_id, r.subject_id FROM removed AS r JOIN student_sums AS k ON k.student_id = r.student_id);

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

        INSERT INTO group_subject_sums AS t (group_id, subject_id, grade_sum, grade_count)
        SELECT k.group_id, a.subject_id, sum(a.grade), count(*)
        FROM added AS a JOIN student_sums AS k ON k.student_id = a.student_id
        WHERE k.group_id IS NOT NULL
        GROUP BY k.group_id, a.subject_id
        ORDER BY k.group_id, a.subject_id
        ON CONFLICT (group_id, subject_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;

        INSERT INTO subject_sums AS t (subject_id, grade_sum, grade_count)
        SELECT subject_id, sum(grade), count(*) FROM added GROUP BY subject_id ORDER BY subject_id
        ON CONFLICT (subject_id) DO UPDATE
        SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;
    END IF;
    RETURN NULL;
END
$$;

-- Brings the sums of changed students to what the students are now. It compares with what student_sums says was done, and so
-- needs no knowledge of the row that was there before: a row may be removed and added again in one statement.
CREATE FUNCTION students_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        -- ON CONFLICT finds sums that this snapshot does not see, and then it is a serialization failure.
        INSERT INTO student_sums (student_id, group_id, name, grade_sum, grade_count)
        SELECT id, -1, name, 0, 1 FROM removed ORDER BY id
        ON CONFLICT (student_id) DO NOTHING;
        DELETE FROM student_sums WHERE group_id = -1 AND student_id IN (SELECT id FROM removed);
        IF TG_OP = 'DELETE' THEN
            RETURN NULL;
        END IF;
    END IF;

    WITH less AS (
        SELECT k.group_id, p.subject_id, sum(p.grade_sum)::bigint AS grade_sum, sum(p.grade_count)::bigint AS grade_count
        FROM student_sums AS k JOIN students AS s ON s.id = k.student_id
        JOIN student_subject_sums AS p ON p.student_id = k.student_id
        WHERE k.student_id IN (SELECT id FROM added) AND k.group_id IS DISTINCT FROM s.group_id AND k.group_id IS NOT NULL
        GROUP BY k.group_id, p.subject_id
    )
    UPDATE group_subject_sums AS t
    SET grade_sum = t.grade_sum - less.grade_sum, grade_count = t.grade_count - less.grade_count
    FROM less
    WHERE t.group_id = less.group_id AND t.subject_id = less.subject_id;
    DELETE FROM group_subject_sums
    WHERE grade_count = 0 AND group_id IN (
        SELECT k.group_id FROM student_sums AS k JOIN students AS s ON s.id = k.student_id
        WHERE k.student_id IN (SELECT id FROM added) AND k.group_id IS DISTINCT FROM s.group_id);

    INSERT INTO group_subject_sums AS t (group_id, subject_id, grade_sum, grade_count)
    SELECT s.group_id, p.subject_id, sum(p.grade_sum), sum(p.grade_count)
    FROM student_sums AS k JOIN students AS s ON s.id = k.student_id
    JOIN student_subject_sums AS p ON p.student_id = k.student_id
    WHERE k.student_id IN (SELECT id FROM added) AND k.group_id IS DISTINCT FROM s.group_id AND s.group_id IS NOT NULL
    GROUP BY s.group_id, p.subject_id
    ORDER BY s.group_id, p.subject_id
    ON CONFLICT (group_id, subject_id) DO UPDATE
    SET grade_sum = t.grade_sum + excluded.grade_sum, grade_count = t.grade_count + excluded.grade_count;

    UPDATE student_sums AS k SET group_id = s.group_id, name = s.name
    FROM students AS s
    WHERE s.id = k.student_id AND k.student_id IN (SELECT id FROM added)
      AND (k.group_id IS DISTINCT FROM s.group_id OR k.name <> s.name);
    UPDATE student_subject_sums AS p SET name = s.name
    FROM students AS s
    WHERE s.id = p.student_id AND p.student_id IN (SELECT id FROM added) AND p.name <> s.name;
    RETURN NULL;
END
$$;

DROP TRIGGER students_after_update ON students;
DROP FUNCTION student_changed();
CREATE TRIGGER students_after_insert AFTER INSERT ON students
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION students_changed();
CREATE TRIGGER students_after_update AFTER UPDATE ON students
REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION students_changed();
CREATE TRIGGER students_after_delete AFTER DELETE ON students
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION students_changed();

ALTER FUNCTION grades_truncated() SECURITY DEFINER;

-- The sums take no rows but from the triggers: a dump of all tables can be loaded, and its sums are those of its grades.
CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NULL;
END
$$;
CREATE TRIGGER student_sums_are_kept BEFORE INSERT ON student_sums
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION leave_out();
CREATE TRIGGER student_subject_sums_are_kept BEFORE INSERT ON student_subject_sums
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION leave_out();
CREATE TRIGGER group_subject_sums_are_kept BEFORE INSERT ON group_subject_sums
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION leave_out();
CREATE TRIGGER subject_sums_are_kept BEFORE INSERT ON subject_sums
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION leave_out();

CREATE FUNCTION ids_retired() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE retired_ids AS t SET greatest = greatest(t.greatest, r.greatest), low = greatest(t.low, r.low)
    FROM (SELECT max(id) AS greatest, coalesce(max(id) FILTER (WHERE id < 4611686018427387904), 0) AS low FROM removed) AS r
    WHERE t.kind = TG_TABLE_NAME AND (t.greatest < r.greatest OR t.low < r.low);
    RETURN NULL;
END
$$;
CREATE TRIGGER groups_retire AFTER DELETE ON groups
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ids_retired();
CREATE TRIGGER teachers_retire AFTER DELETE ON teachers
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ids_retired();
CREATE TRIGGER subjects_retire AFTER DELETE ON subjects
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ids_retired();
CREATE TRIGGER students_retire AFTER DELETE ON students
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ids_retired();
CREATE TRIGGER grades_retire AFTER DELETE ON grades
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ids_retired();

-- Names in the functions are those of this schema, temporary tables come last.
DO $$
DECLARE
    home text := (SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.oid = 'grades'::regclass);
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['grades_changed', 'grades_truncated', 'students_changed', 'ids_retired', 'leave_out'] LOOP
        EXECUTE format('ALTER FUNCTION %I.%I() SET search_path = %I, pg_temp', home, f, home);
    END LOOP;
END
$$;
