-- What has been removed is not given its number again: the greatest number that was removed, and the greatest below 2^62.
CREATE TABLE retired_ids (
    kind     TEXT PRIMARY KEY,
    greatest INTEGER NOT NULL,
    low      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO retired_ids (kind, greatest, low)
VALUES ('groups', 0, 0), ('teachers', 0, 0), ('subjects', 0, 0), ('students', 0, 0), ('grades', 0, 0);

CREATE TRIGGER groups_retire AFTER DELETE ON groups
BEGIN
    UPDATE retired_ids SET greatest = OLD.id WHERE kind = 'groups' AND greatest < OLD.id;
    UPDATE retired_ids SET low = OLD.id WHERE kind = 'groups' AND low < OLD.id AND OLD.id < 4611686018427387904;
END;

CREATE TRIGGER teachers_retire AFTER DELETE ON teachers
BEGIN
    UPDATE retired_ids SET greatest = OLD.id WHERE kind = 'teachers' AND greatest < OLD.id;
    UPDATE retired_ids SET low = OLD.id WHERE kind = 'teachers' AND low < OLD.id AND OLD.id < 4611686018427387904;
END;

CREATE TRIGGER subjects_retire AFTER DELETE ON subjects
BEGIN
    UPDATE retired_ids SET greatest = OLD.id WHERE kind = 'subjects' AND greatest < OLD.id;
    UPDATE retired_ids SET low = OLD.id WHERE kind = 'subjects' AND low < OLD.id AND OLD.id < 4611686018427387904;
END;

CREATE TRIGGER students_retire AFTER DELETE ON students
BEGIN
    UPDATE retired_ids SET greatest = OLD.id WHERE kind = 'students' AND greatest < OLD.id;
    UPDATE retired_ids SET low = OLD.id WHERE kind = 'students' AND low < OLD.id AND OLD.id < 4611686018427387904;
END;

CREATE TRIGGER grades_retire AFTER DELETE ON grades
BEGIN
    UPDATE retired_ids SET greatest = OLD.id WHERE kind = 'grades' AND greatest < OLD.id;
    UPDATE retired_ids SET low = OLD.id WHERE kind = 'grades' AND low < OLD.id AND OLD.id < 4611686018427387904;
END;

-- There is no year 0, as in PostgreSQL; date() knows one.
CREATE TRIGGER grades_of_year_0 BEFORE INSERT ON grades WHEN NEW.received_on < '0001-01-01'
BEGIN
    SELECT raise(ABORT, 'CHECK constraint failed: received_on is before the year 1');
END;
CREATE TRIGGER grades_to_year_0 BEFORE UPDATE OF received_on ON grades WHEN NEW.received_on < '0001-01-01'
BEGIN
    SELECT raise(ABORT, 'CHECK constraint failed: received_on is before the year 1');
END;
