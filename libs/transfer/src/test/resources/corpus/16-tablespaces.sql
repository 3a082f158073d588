-- Objects in a tablespace of their own.
SET allow_in_place_tablespaces = true;
CREATE TABLESPACE "Odd space" LOCATION '';
CREATE SCHEMA placed; SET search_path = placed;
CREATE TABLE here (id int PRIMARY KEY USING INDEX TABLESPACE "Odd space", v text) TABLESPACE "Odd space"; INSERT INTO here VALUES (1, 'x'); CREATE INDEX ON here (v); CREATE INDEX there ON here (v DESC) TABLESPACE "Odd space"; CREATE TABLE tree (id int) PARTITION BY LIST (id) TABLESPACE "Odd space"; CREATE TABLE leaf PARTITION OF tree FOR VALUES IN (1); CREATE TABLE back PARTITION OF tree FOR VALUES IN (2) TABLESPACE pg_default; INSERT INTO tree VALUES (1), (2); CREATE MATERIALIZED VIEW view TABLESPACE "Odd space" AS SELECT * FROM here;
