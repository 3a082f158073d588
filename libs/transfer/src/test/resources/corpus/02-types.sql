-- Every built-in type with its extremes, and every kind of user-defined type.
CREATE SCHEMA types;
SET search_path = types;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"', 'happy', '');
ALTER TYPE mood ADD VALUE 'between' BEFORE 'happy';
ALTER TYPE mood RENAME VALUE 'ok' TO 'okay';
CREATE TYPE no_labels AS ENUM ();
CREATE TYPE shell_only;
CREATE TYPE pair AS (x int, y text);
CREATE TYPE nested AS (p pair, ps pair[], m mood);
CREATE TYPE shrunk AS (a int, b text, c int); ALTER TYPE shrunk DROP ATTRIBUTE b;
CREATE TYPE nothing AS ();
CREATE DOMAIN email AS text COLLATE "C" CHECK (VALUE ~ '@') NOT NULL;
CREATE DOMAIN positive AS int DEFAULT 7 CONSTRAINT "more than 0" CHECK (VALUE > 0);
CREATE DOMAIN small_positive AS positive CHECK (VALUE < 100);
CREATE DOMAIN old_and_lax AS int; ALTER DOMAIN old_and_lax ADD CONSTRAINT even CHECK (VALUE % 2 = 0) NOT VALID;
CREATE DOMAIN domain_array AS positive[] CHECK (array_length(VALUE, 1) < 5);
CREATE DOMAIN domain_pair AS pair CHECK (VALUE IS NULL OR (VALUE).x IS NOT NULL);
COMMENT ON DOMAIN positive IS 'domain'; COMMENT ON CONSTRAINT "more than 0" ON DOMAIN positive IS 'constraint of a domain';
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE textrange AS RANGE (subtype = text, collation = "C", multirange_type_name = "text multi");
CREATE TYPE moodrange AS RANGE (subtype = mood);
CREATE TYPE inetrange AS RANGE (subtype = inet);
COMMENT ON TYPE floatrange IS 'range'; COMMENT ON COLUMN pair.x IS 'attribute';
CREATE TYPE base_type;
CREATE FUNCTION base_in(cstring) RETURNS base_type LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION base_out(base_type) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE base_type (INPUT = base_in, OUTPUT = base_out, LIKE = int4, CATEGORY = 'N', DEFAULT = '42', DELIMITER = ';');
CREATE TYPE opaque; CREATE FUNCTION opaque_in(cstring, oid, int) RETURNS opaque LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION opaque_out(opaque) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE TYPE opaque (INPUT = opaque_in, OUTPUT = opaque_out, INTERNALLENGTH = VARIABLE, STORAGE = extended, COLLATABLE = true);

CREATE TABLE numbers (i2 int2, i4 int4, i8 int8, n numeric, n2 numeric(20, 5), n3 numeric(3, -2), n4 numeric(2, 4), f4 real, f8 double precision, m money, o oid, x xid, x8 xid8, c cid, t tid, b bool);
INSERT INTO numbers VALUES
 (-32768, -2147483648, -9223372036854775808, 'NaN', 'NaN', 12345, 0.0012, '-Infinity', 'Infinity', '-92233720368547758.08', 0, '0', '0', '0', '(0,0)', true),
 (32767, 2147483647, 9223372036854775807, 'Infinity', 999999999999999.99999, -99900, 0.0099, 'NaN', 'NaN', '92233720368547758.07', 4294967295, '4294967295', '18446744073709551615', '4294967295', '(4294967295,65535)', false),
 (0, 0, 0, '-Infinity', -0.00001, 0, 0, '-0', '-0', 0, 1, '3', '3', '7', '(1,2)', NULL),
 (1, 1, 1, ('1e' || repeat('9', 4))::numeric, 0.1, NULL, NULL, 1e-45, 5e-324, 0.01, NULL, NULL, NULL, NULL, NULL, NULL),
 (1, 1, 1, 1.000000000000000000000000000000000000000001, 1, NULL, NULL, 3.4028235e38, 1.7976931348623157e308, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (NULL, NULL, NULL, 123456789012345678901234567890.123456789, NULL, NULL, NULL, 0.1, 0.1::float8 + 0.2::float8, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE times (d date, t time, t3 time(3), tz timetz, ts timestamp, ts0 timestamp(0), tsz timestamptz, i interval, iy interval year to month, id interval day to second(2));
INSERT INTO times VALUES
 ('4713-01-01 BC', '00:00', '00:00:00.001', '00:00+15:59:59', '4713-01-01 00:00:00 BC', '0001-12-31 BC', '4713-01-02 00:00:00+00 BC', '-178000000 years', '-1 year', '-1 day -00:00:00.01'),
 ('5874897-12-31', '24:00:00', '23:59:59.999', '24:00:00-15:59:59', '294276-12-31 23:59:59.999999', '2000-01-01', '294276-12-31 23:59:59.999999+00', '178000000 years', '1 year 11 mons', '1 day 23:59:59.99'),
 ('infinity', '12:34:56.789012', NULL, '12:34:56.789+05:30', 'infinity', 'infinity', 'infinity', '-1 year 2 mons -3 days 04:05:06.789', NULL, NULL),
 ('-infinity', NULL, NULL, NULL, '-infinity', '-infinity', '-infinity', '0', NULL, NULL),
 ('2024-02-29', NULL, NULL, NULL, '2024-02-29 23:59:59.999999', NULL, '1883-11-18 12:03:57-07:52:58', '2147483647 days', NULL, NULL),
 (NULL, NULL, NULL, NULL, NULL, NULL, NULL, '-2147483648 mons', NULL, NULL);
CREATE TABLE texts (c char, c10 char(10), v varchar, v40 varchar(40), t text, n name, ch "char", by bytea, cs text COLLATE "C", u uuid);
INSERT INTO texts VALUES
 ('', '', '', '', '', '', '', '', '', '00000000-0000-0000-0000-000000000000'),
 ('x', 'pad', 'vär', E'\t', E'tab\tnew\nline\\back\r\b\f\v end', 'näme', 'z', '\x00ff5c0a0d09', E'\u00a0\u200b\u2028\ufeff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
 ('é', 'é', '\N', E'\\.', E'\\N', E'a\nb', E'\\', E'\\\\'::bytea, 'NULL', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
 (NULL, NULL, NULL, NULL, NULL, NULL, '\377'::"char", NULL, NULL, NULL),
 (' ', '  x ', ' ', ' ', E'\\.\n\\.\n', ' ', ' ', '', E'\x01\x02\x1f\x7f', NULL),
 (NULL, NULL, E'e\u0301 is not \u00e9', NULL, '😀 𝕏 👩‍👩‍👧', NULL, NULL, NULL, NULL, NULL);
INSERT INTO texts (t, by) SELECT repeat(E'line\\.\n\\.\n', 50000), decode(repeat('00ff0a5c', 60000), 'hex');
INSERT INTO texts (t) SELECT string_agg(chr(c), '') FROM generate_series(1, 55000) c WHERE c NOT BETWEEN 55296 AND 57343;
CREATE TABLE documents (j json, jb jsonb, x xml, jp jsonpath, tsv tsvector, tsq tsquery, g gtsvector);
INSERT INTO documents (j, jb, x, jp, tsv, tsq) VALUES
 ('{"a" :  1, "a":2}', '{"k":[1,null,"\u00e4"],"n":1.10,"e":1e400}', '<a b="c">x</a>', '$.a[*] ? (@ > 1)', 'a:1A fat:2B,4C cat:5D', 'fat:ab & !cat:* | (rat <-> dog <3> x)'),
 ('null', 'null', 'just <b>content</b>', 'strict $."odd key"', '', ''),
 ('" \n\u0000"', '"\\"', '<?xml version="1.0"?><r><!-- c --><![CDATA[<&>]]></r>', 'lax $ ? (exists (@.x)).**{2 to last}', '''it''''s'':3 ''a\\b''', '''it''''s'''),
 ('[]', '{}', '', '$', NULL, NULL), (E'\n{\n"x":\t1}\n', '[[],{},""]', NULL, NULL, NULL, NULL);
CREATE TABLE networks (i inet, c cidr, m macaddr, m8 macaddr8);
INSERT INTO networks VALUES ('10.0.0.1/8', '192.168.0.0/16', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05'), ('::1', '::/0', 'ff:ff:ff:ff:ff:ff', '08002b:fffe010203'), ('::ffff:1.2.3.4/128', '2001:db8::/32', NULL, NULL), ('0.0.0.0/0', '0.0.0.0/0', '00:00:00:00:00:00', NULL);
CREATE TABLE bits (b bit, b5 bit(5), v varbit, v9 varbit(9));
INSERT INTO bits VALUES ('0', '10101', '', ''), ('1', '00000', B'1111000011110000111100001', '111111111'), (NULL, NULL, repeat('01', 5000)::varbit, NULL);
CREATE TABLE shapes (pt point, l line, ls lseg, b box, p path, op path, pl polygon, c circle);
INSERT INTO shapes VALUES ('(1.5,-2)', '{1,-1,0}', '[(0,0),(1,1)]', '((0,0),(1,1))', '((0,0),(1,1),(2,0))', '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '<(0,0),1>'),
 ('(NaN,Infinity)', '{0,1,0.1}', '[(-0,0),(0,-0)]', '(Infinity,Infinity),(-Infinity,-Infinity)', '((0.1,0.2))', '[(1e300,1e-300)]', '((0,0))', '<(0.1,0.2),0>');
CREATE TABLE ranges (i4 int4range, i8 int8range, n numrange, ts tsrange, tz tstzrange, d daterange, f floatrange, t textrange, m moodrange, ip inetrange,
  mi4 int4multirange, mi8 int8multirange, mn nummultirange, mts tsmultirange, mtz tstzmultirange, md datemultirange, mf floatmultirange, mt "text multi");
INSERT INTO ranges VALUES ('[1,10)', '(,)', '[0.1,0.10]', '[-infinity,infinity]', '[2024-01-01 00:00+01,)', '[2024-01-01,infinity)', '[1.5,2.5]', '["a b","c,d")', '[sad,happy)', '[10.0.0.1,10.0.0.9]',
  '{[1,3),[5,8)}', '{(,)}', '{[1.0,1.00]}', '{[-infinity,infinity]}', '{}', '{[2024-01-01,2024-02-01)}', '{[NaN,NaN]}', '{["(","["]}'),
 ('empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', '{}', '{}', '{}', '{}', NULL, '{}', '{}', '{}'),
 ('[,5)', NULL, '(NaN,)', NULL, NULL, '[4713-01-01 BC,5874897-12-31)', '(-Infinity,Infinity)', '["\"","\\\\"]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE arrays (i int[], i2 int[][], bounded int[3], t text[], ts timestamptz[], b bytea[], j jsonb[], m mood[], p pair[], d positive[], da domain_array, bx box[], v int2vector, ov oidvector, r int4range[], nn numeric(5,2)[], base base_type[], c "char"[]);
INSERT INTO arrays VALUES ('{1,NULL,-3}', '{{1,2},{3,4}}', '{1,2,3,4}', ARRAY['a,b', 'q"x', '\', '{}', 'NULL', NULL, '', ' ', E'n\nl'], '{infinity,"2024-01-01 00:00+00"}', ARRAY['\x00'::bytea, '\x5c22'::bytea], ARRAY['{"a":"b,\"c"}'::jsonb], '{sad,between,""}', ARRAY[(1, 'x,"y')::pair, NULL, (NULL, '')::pair], '{1,2}', '{1,2,3}', '{(1,1),(0,0);(2,2),(1,1)}', '1 2 3', '1 2', '{"[1,2)",empty}', '{1.5,NULL}', '{1;2}', '{a,","}'),
 ('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '', '', '{}', '{}', '{}', '{}'),
 ('[0:2]={1,2,3}', '[-1:0][5:6]={{1,2},{3,4}}', NULL, '[2:2]={x}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE composed (p pair, n nested, s shrunk, dp domain_pair, e email, sp small_positive, ol old_and_lax, m mood, r numbers, b base_type DEFAULT '5', o opaque, nt nothing);
INSERT INTO composed VALUES ((1, 'x,""y(\'), ((2, NULL), ARRAY[(3, 'z"')::pair, NULL], 'it''s "fine"'), (1, 2), (1, NULL), 'a@b', 99, 2, '', NULL, DEFAULT, 'opaque', ROW()),
 ((NULL, NULL), (NULL, '{}', NULL), NULL, (0, E'\n'), '@', 1, NULL, 'between', (SELECT whole_row FROM numbers whole_row LIMIT 1), '7', '', NULL), (NULL, NULL, NULL, NULL, 'emoji😀@ü', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE system_types (c regclass, p regproc, pp regprocedure, o regoper, oo regoperator, t regtype, r regrole, n regnamespace, cf regconfig, d regdictionary, cl regcollation, l pg_lsn, s pg_snapshot, ts txid_snapshot, a aclitem[], cs regclass[]);
INSERT INTO system_types VALUES ('types.numbers', 'now', 'types.base_in(cstring)', '|/', '+(int4,int4)', 'types.mood', 'app_owner', 'types', 'english', 'simple', '"C"', '16/B374D848', '10:20:10,14,15', '1:1:', ARRAY['app_owner=arwdDxt/app_owner', '=r/app_owner']::aclitem[], '{types.numbers,pg_class}'),
 ('-', '-', '-', '0', '0', '-', '-', '-', '-', '-', '-', '0/0', NULL, NULL, '{}', '{}'), (NULL, NULL, NULL, NULL, NULL, 'int[]', '"näme-mit ünicode"', NULL, NULL, NULL, NULL, 'FFFFFFFF/FFFFFFFF', NULL, NULL, NULL, NULL);
-- one small table for each type there is, alone and in an array
DO $$
DECLARE t record; i int := 0;
BEGIN
  FOR t IN SELECT format_type(oid, NULL) AS name FROM pg_type
    WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typcategory <> 'Z' AND typelem = 0
      AND typname !~ '^(pg_node_tree|pg_ndistinct|pg_dependencies|pg_mcv_list|pg_brin|pg_ddl|aclitem|gtsvector)' ORDER BY typname
  LOOP
    i := i + 1;
    EXECUTE format('CREATE TABLE types.of_type_%s (id int PRIMARY KEY, v %s, a %s[], n %2$s)', i, t.name, t.name);
    EXECUTE format('INSERT INTO types.of_type_%s VALUES (1, NULL, ''{}'', NULL), (2, NULL, ''{NULL,NULL}'', NULL)', i);
    EXECUTE format('COMMENT ON COLUMN types.of_type_%s.v IS %L', i, t.name);
  END LOOP;
END $$;
