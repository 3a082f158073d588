-- Extensions with types, with configuration rows, with changed grants, in odd schemas.
CREATE SCHEMA "Ext Schema";
CREATE EXTENSION hstore SCHEMA "Ext Schema"; CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION ltree SCHEMA public; CREATE EXTENSION cube SCHEMA public; CREATE EXTENSION isn SCHEMA public; CREATE EXTENSION seg SCHEMA public; CREATE EXTENSION "uuid-ossp" SCHEMA public; CREATE EXTENSION intarray SCHEMA public; CREATE EXTENSION pgcrypto SCHEMA "Ext Schema" VERSION '1.3'; CREATE EXTENSION unaccent SCHEMA public;
CREATE SCHEMA extended; SET search_path = extended, public;
CREATE TABLE typed (h "Ext Schema".hstore, c public.citext UNIQUE, l public.ltree, cu public.cube, i public.isbn13, s public.seg, a int[]); INSERT INTO typed VALUES ('a=>1, "b c"=>NULL, "q\"x"=>"y"', 'CaSe', 'a.b.c', '(1,2),(3,4)', '978-0-393-04002-9', '1.0 .. 2.50', '{3,1}'), (NULL, 'other', '', NULL, NULL, '<5', '{}'); CREATE INDEX ON typed USING gist (l); CREATE INDEX ON typed USING gin (a public.gin__int_ops); CREATE INDEX ON typed USING gin (h);
CREATE TABLE bloomed (a int, b int); INSERT INTO bloomed VALUES (1, 2); CREATE EXTENSION bloom SCHEMA public; CREATE INDEX ON bloomed USING bloom (a, b) WITH (length = 80, col1 = 2);
CREATE EXTENSION holdfast_configured SCHEMA extended; COMMENT ON EXTENSION holdfast_configured IS 'extension';
INSERT INTO configured VALUES (100, 'mine', false), (101, E'it''s\tmine', false); INSERT INTO configured_wholly VALUES ('k', 'v'), ('l', NULL); INSERT INTO configured_child VALUES (1, 100), (2, 101), (3, 1); SELECT nextval('configured_seq'), nextval('configured_seq');
GRANT SELECT ON configured TO app_reader; REVOKE EXECUTE ON FUNCTION configured_function() FROM PUBLIC; GRANT UPDATE ON configured TO app_owner;
CREATE TABLE refers_to_configured (id int REFERENCES configured); INSERT INTO refers_to_configured VALUES (100), (1); CREATE VIEW of_configured AS SELECT * FROM configured;
