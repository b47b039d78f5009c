DROP TRIGGER groups_retire ON groups;
DROP TRIGGER teachers_retire ON teachers;
DROP TRIGGER subjects_retire ON subjects;
DROP TRIGGER students_retire ON students;
DROP TRIGGER grades_retire ON grades;
DROP FUNCTION ids_retired();
DROP TRIGGER student_sums_are_kept ON student_sums;
DROP TRIGGER student_subject_sums_are_kept ON student_subject_sums;
DROP TRIGGER group_subject_sums_are_kept ON group_subject_sums;
DROP TRIGGER subject_sums_are_kept ON subject_sums;
DROP FUNCTION leave_out();
DROP TABLE retired_ids;

DROP TRIGGER students_after_delete ON students;
DROP TRIGGER students_after_update ON students;
DROP TRIGGER students_after_insert ON students;
DROP FUNCTION students_changed();
ALTER FUNCTION grades_truncated() SECURITY INVOKER;
ALTER FUNCTION grades_truncated() RESET search_path;

CREATE OR REPLACE FUNCTION grades_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION student_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A student without grades has no sums, and nothing to change. ON CONFLICT finds sums that this snapshot does not see,
    -- and then it is a serialization failure.
    INSERT INTO student_sums (student_id, name, grade_sum, grade_count) VALUES (NEW.id, NEW.name, 0, 1)
    ON CONFLICT (student_id) DO NOTHING;
    IF FOUND THEN
        DELETE FROM student_sums WHERE student_id = NEW.id;
        RETURN NULL;
    END IF;

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
