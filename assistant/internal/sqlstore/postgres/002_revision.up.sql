-- One row, whose token every change renews in its own transaction. A token never comes twice, in no database: who has
-- remembered an answer with its token knows whether it still holds.
CREATE TABLE revision (token TEXT NOT NULL);
INSERT INTO revision VALUES (gen_random_uuid()::text);
