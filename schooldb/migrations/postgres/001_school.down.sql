DROP TABLE enrolments;
DROP TABLE grades;
DROP TABLE students;
DROP TABLE subjects;
DROP TABLE teachers;
DROP TABLE groups;
