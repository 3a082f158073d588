-- What PostgreSQL 17 brought.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE TABLE app.since_17 (id bigint GENERATED ALWAYS AS IDENTITY, region int, span int4range,
  EXCLUDE USING gist (region WITH =, span WITH &&)) PARTITION BY RANGE (region);
CREATE TABLE app.since_17_low PARTITION OF app.since_17 FOR VALUES FROM (0) TO (10);
CREATE TABLE app.since_17_high PARTITION OF app.since_17 FOR VALUES FROM (10) TO (20);
INSERT INTO app.since_17 (region, span) VALUES (1, '[1,5)'), (1, '[5,9)'), (11, '[1,5)');
CREATE COLLATION app.since_17_builtin (provider = builtin, locale = 'C.UTF-8');
CREATE TABLE app.since_17_sorted (v text COLLATE app.since_17_builtin PRIMARY KEY);
INSERT INTO app.since_17_sorted VALUES ('ä'), ('B'), ('a');
GRANT MAINTAIN ON app.since_17_sorted TO "Reader Role";
CREATE VIEW app.since_17_json AS SELECT t.* FROM JSON_TABLE('[{"a": 1}, {"a": 2}]', '$[*]' COLUMNS (a int PATH '$.a')) t;
ALTER TABLE app.since_17_sorted ALTER v SET STATISTICS DEFAULT;
