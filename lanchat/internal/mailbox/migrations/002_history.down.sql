DROP TABLE sent;
ALTER TABLE message DROP COLUMN reply_port;
