-- What PostgreSQL 14 brought.
CREATE TABLE app.since_14 (id int PRIMARY KEY, spans int4multirange, packed text COMPRESSION pglz);
INSERT INTO app.since_14 VALUES (1, '{[1,3),[5,8)}', repeat('a', 5000)), (2, '{}', NULL);
CREATE FUNCTION app.since_14_double(i int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT i * 2; END;
CREATE PROCEDURE app.since_14_out(OUT result int) LANGUAGE plpgsql AS 'BEGIN result := 14; END';
CREATE INDEX since_14_twice ON app.since_14 (app.since_14_double(id));
CREATE STATISTICS app.since_14_sum ON (id + 1), (id + 2) FROM app.since_14;
