DROP TRIGGER grades_after_truncate ON grades;
CREATE TRIGGER grades_after_truncate AFTER TRUNCATE ON grades
FOR EACH STATEMENT EXECUTE FUNCTION grades_changed();
DROP FUNCTION grades_truncated();

CREATE OR REPLACE FUNCTION student_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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
