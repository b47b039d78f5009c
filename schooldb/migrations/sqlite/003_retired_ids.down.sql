DROP TRIGGER grades_to_year_0;
DROP TRIGGER grades_of_year_0;
DROP TRIGGER grades_retire;
DROP TRIGGER students_retire;
DROP TRIGGER subjects_retire;
DROP TRIGGER teachers_retire;
DROP TRIGGER groups_retire;
DROP TABLE retired_ids;
