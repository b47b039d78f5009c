DROP TABLE peer;
DROP TABLE outgoing;
DROP TABLE message;
