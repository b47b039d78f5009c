-- Run once by the PostgreSQL image when its volume is new: schooldb keeps its tables apart from the assistant's.
CREATE DATABASE schooldb;
