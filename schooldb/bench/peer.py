"""The peers of compare.sh: the SQL for the programs sqlite3 and psql, and SQLAlchemy's add_all."""

import csv
import pathlib
import re
import sys

KINDS = ["groups", "teachers", "subjects", "students", "grades"]


def schema(database):
    """What finds statements in the migrations of a database, and its tables without rules and references."""
    here = pathlib.Path(__file__).parent.parent / "migrations" / database
    text = (here / "001_school.up.sql").read_text() + (here / "002_sums.up.sql").read_text()
    text = re.split("-- Procedures|CREATE FUNCTION", text)[0]
    found = lambda pattern: re.findall(pattern, text, re.S)
    tables = []
    for table in found(r"CREATE TABLE .*?;\n"):
        table = re.sub(r" REFERENCES \w+ \(id\)", "", table)
        tables.append(re.sub(r" CHECK \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", table))
    return found, "".join(tables)


def psql(folder):
    """The tables, \\copy, then the same indexes and sums."""
    found, tables = schema("postgres")
    print("BEGIN;\n" + tables)
    for kind in KINDS:
        print(f"\\copy {kind} from '{folder}/{kind}.csv' with (format csv, header)")
    indexes = found(r"CREATE INDEX .*?;\n")
    print("".join(i for i in indexes if "ranking" not in i))
    print("".join(found(r"INSERT INTO \w+_sums.*?;\n")))
    print("".join(i for i in indexes if "ranking" in i))
    print("COMMIT;")


def sql(folder):
    """The tables, .import, then the same indexes and sums."""
    found, tables = schema("sqlite")
    print(tables)
    print("BEGIN;\n.mode csv")
    for kind in KINDS:
        print(f".import --skip 1 {folder}/{kind}.csv {kind}")
    indexes = found(r"CREATE INDEX .*?;\n")
    print("".join(i for i in indexes if "ranking" not in i))
    # The sums of subjects from those of groups, as our import has them, not from those of students.
    of_groups = """FROM (SELECT subject_id, grade_sum, grade_count FROM group_subject_sums UNION ALL
        SELECT p.subject_id, p.grade_sum, p.grade_count
        FROM students AS s JOIN student_subject_sums AS p ON p.student_id = s.id WHERE s.group_id IS NULL)"""
    sums = "".join(found(r"INSERT INTO \w+_sums.*?;\n"))
    # Nor does it store what is only looked up.
    sums = sums.replace("AS p\nJOIN students", "AS p\nCROSS JOIN students")
    print(sums.replace("FROM student_subject_sums GROUP BY subject_id", of_groups + " GROUP BY subject_id"))
    print("".join(i for i in indexes if "ranking" in i))
    print("COMMIT;")


def add_all(folder, path):
    """One object for each record of the base tables, in one transaction; no sums."""
    from sqlalchemy import Column, Date, Float, ForeignKey, Integer, String, create_engine
    from sqlalchemy.orm import Session, declarative_base
    from datetime import date

    base = declarative_base()
    models = {
        "groups": {"name": Column(String)},
        "teachers": {"name": Column(String)},
        "subjects": {"name": Column(String), "teacher_id": Column(ForeignKey("teachers.id"))},
        "students": {"name": Column(String), "group_id": Column(ForeignKey("groups.id"))},
        "grades": {
            "student_id": Column(ForeignKey("students.id")),
            "subject_id": Column(ForeignKey("subjects.id")),
            "grade": Column(Float),
            "received_on": Column(Date),
        },
    }
    convert = {"name": str, "grade": float, "received_on": date.fromisoformat}
    engine = create_engine("sqlite:///" + path)
    classes = {
        kind: type(kind.title(), (base,), {"__tablename__": kind, "id": Column(Integer, primary_key=True), **columns})
        for kind, columns in models.items()
    }
    base.metadata.create_all(engine)
    with Session(engine) as session:
        for kind in KINDS:
            with open(f"{folder}/{kind}.csv", newline="") as file:
                session.add_all(
                    classes[kind](**{k: convert.get(k, int)(v) for k, v in row.items() if v != ""})
                    for row in csv.DictReader(file)
                )
            session.flush()
        session.commit()


if __name__ == "__main__":
    {"sql": sql, "psql": psql, "add_all": add_all}[sys.argv[1]](*sys.argv[2:])
