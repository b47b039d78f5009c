DROP TRIGGER contact_unindexed_insert;
DROP TRIGGER contact_unindexed_delete;
DROP TRIGGER contact_unindexed_update;
DROP TABLE contact_unindexed;
DROP TABLE contact_grams;
