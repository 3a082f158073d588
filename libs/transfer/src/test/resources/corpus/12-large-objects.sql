-- Large objects: empty, sparse, of several pages, with owner, grants and comment.
CREATE EXTENSION lo SCHEMA public;
SELECT lo_from_bytea(4711, 'small'); SELECT lo_create(4712); SELECT lo_from_bytea(4713, decode(repeat('00ff5c0a', 100000), 'hex')); SELECT lo_from_bytea(4714, 'x'); SELECT lo_put(4714, 500000, 'far away'); SELECT lo_from_bytea(4715, decode(repeat('00', 5000), 'hex')); SELECT lo_create(4716);
BEGIN; SELECT lo_truncate64(lo_open(4716, 131072), 100000); COMMIT;
BEGIN; SELECT lo_from_bytea(4717, decode(repeat('ab', 10000), 'hex')); SELECT lo_truncate(lo_open(4717, 131072), 2050); COMMIT;
ALTER LARGE OBJECT 4711 OWNER TO app_owner; GRANT SELECT ON LARGE OBJECT 4711 TO app_reader, PUBLIC; GRANT SELECT, UPDATE ON LARGE OBJECT 4712 TO "Reader Role; ""quoted""" WITH GRANT OPTION; ALTER LARGE OBJECT 4713 OWNER TO "näme-mit ünicode"; REVOKE UPDATE ON LARGE OBJECT 4713 FROM "näme-mit ünicode"; COMMENT ON LARGE OBJECT 4711 IS E'it''s\ta \\ comment\nof two lines'; ALTER LARGE OBJECT 4714 OWNER TO app_owner; REVOKE ALL ON LARGE OBJECT 4714 FROM app_owner;
SET ROLE "Reader Role; ""quoted"""; GRANT SELECT ON LARGE OBJECT 4712 TO app_owner; RESET ROLE;
CREATE SCHEMA big; CREATE TABLE big.refs (id int, o oid, l public.lo); INSERT INTO big.refs VALUES (1, 4711, 4712), (2, 4713, NULL); CREATE TRIGGER managing BEFORE UPDATE OR DELETE ON big.refs FOR EACH ROW EXECUTE FUNCTION public.lo_manage(l);
DO $$ BEGIN FOR i IN 1..300 LOOP PERFORM lo_from_bytea(5000 + i, decode(md5(i::text), 'hex')); END LOOP; END $$;
