-- What PostgreSQL 16 brought.
CREATE TABLE app.since_16 (id int PRIMARY KEY, v text STORAGE EXTERNAL, n int CHECK (n < 0x10), j jsonb CHECK (j IS JSON OBJECT));
INSERT INTO app.since_16 VALUES (1, repeat('b', 3000), 15, '{"a": 1}');
CREATE COLLATION app.since_16_rules (provider = icu, locale = 'und', rules = '&V << w <<< W');
CREATE TABLE app.since_16_sorted (v text COLLATE app.since_16_rules);
INSERT INTO app.since_16_sorted VALUES ('v'), ('W'), ('w');
