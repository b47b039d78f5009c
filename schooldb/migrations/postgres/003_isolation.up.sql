-- The sums stay true also at REPEATABLE READ and SERIALIZABLE, where a transaction does not see what was committed after its
-- snapshot: a student's first grade, for example.

-- The row lock of the update makes it wait for transactions that add grades to this student, and they for it.
CREATE OR REPLACE FUNCTION student_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- TRUNCATE removes also the grades that this snapshot does not see, so their sums go in the same way.
CREATE FUNCTION grades_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE student_subject_sums, student_sums, group_subject_sums, subject_sums;
    RETURN NULL;
END
$$;

DROP TRIGGER grades_after_truncate ON grades;
CREATE TRIGGER grades_after_truncate AFTER TRUNCATE ON grades
FOR EACH STATEMENT EXECUTE FUNCTION grades_truncated();
