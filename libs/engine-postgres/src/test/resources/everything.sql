CREATE ROLE app_owner NOLOGIN;
CREATE ROLE "Reader Role" NOLOGIN;
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE SCHEMA app AUTHORIZATION app_owner;
CREATE SCHEMA "We""ird.Schema näme";
SET search_path = app;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"', 'happy');
ALTER TYPE mood ADD VALUE 'between' BEFORE 'happy';
COMMIT;
CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN email AS text CHECK (VALUE ~ '@') NOT NULL;
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE FUNCTION odd("a b" int, OUT "r""x" text) LANGUAGE plpgsql AS $fn$
-- a comment with $$ and 'quotes' and \ backslash
BEGIN "r""x" := E'\\x$body$' || "a b"; END $fn$;
CREATE FUNCTION dumped() RETURNS text LANGUAGE sql AS $dump$ SELECT 'it''s
--
-- TOC entry 7 (class 1259 OID 16384)
-- Name: plan; Type: TABLE; Schema: app; Owner: postgres
--

CREATE TABLE app.plan (id int);
'::text $dump$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := coalesce(NEW.note, ''touched''); RETURN NEW; END';
CREATE TABLE every_type (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  b boolean, i2 smallint, i4 int, n numeric, n2 numeric(20,5), f4 real, f8 double precision, m money,
  c char(10), v varchar(40), t text, by bytea, d date, tm time, tmz timetz, ts timestamp, tsz timestamptz, iv interval,
  u uuid, j json, jb jsonb, x xml, ip inet, ci cidr, mac macaddr, bt bit(5), vb varbit, pt point, bx box, pl polygon,
  tsv tsvector, tsq tsquery, ia int[], ta text[], ta2 text[][], r int4range, mr int4multirange, fr floatrange,
  e mood, ea mood[], cp pair, em email, rc regclass, rt regtype, o oid, ls pg_lsn, jp jsonpath, nm name, "ch" "char"
);
INSERT INTO every_type (b,i2,i4,n,n2,f4,f8,m,c,v,t,by,d,tm,tmz,ts,tsz,iv,u,j,jb,x,ip,ci,mac,bt,vb,pt,bx,pl,tsv,tsq,ia,ta,ta2,r,mr,fr,e,ea,cp,em,rc,rt,o,ls,jp,nm,"ch") VALUES
 (true,-32768,2147483647,'NaN',12345.67890,'-Infinity',0.1::float8+0.2::float8,'$1,234.56','pad','vär',E'tab\tnew\nline\\back\r\b\f\v end',
  '\x00ff5c0a','0044-03-15 BC','24:00:00','12:34:56.789+05:30','infinity','4713-01-01 00:00:00 BC','-1 year 2 mons -3 days 04:05:06.789',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11','{"a" :  1, "a":2}','{"k":[1,null,"\u00e4"]}','<a b="c">x</a>','10.0.0.1/8','192.168.0.0/16','08:00:2b:01:02:03',B'10101',B'1',
  '(1.5,-2)','((0,0),(1,1))','((0,0),(1,1),(2,0))','fat cat','fat & !rat','{1,NULL,-3}',ARRAY['a,b','q"x','\','{}','NULL',NULL,''],'{{a,b},{c,d}}','[1,10)','{[1,3),[5,8)}','[1.5,2.5]',
  'it''s "fine"','{sad,between}','(1,"x,""y")','a@b','app.every_type','app.mood',4294967295,'16/B374D848','$.a[*] ? (@ > 1)','näme','z'),
 (NULL,0,0,'1e400'::numeric,-0.00001,'NaN','-0',NULL,'','',E'\\.','',  '-infinity','00:00','00:00+15','1999-01-08 04:05:06.000001','infinity','178000000 years',NULL,'null','null',NULL,'::1','::/0',NULL,NULL,'','(NaN,Infinity)',NULL,NULL,'','','{}','{}','{}','empty','{}','empty',NULL,'{}',NULL,'x@y',NULL,NULL,0,NULL,NULL,'',''),
 (false,1,1,0,0,1e-45,1e308,NULL,'x','\N',E'\\N', repeat('x',100000)::bytea,'2000-01-01','00:00','00:00Z','-infinity','2038-01-19 03:14:07.999999+00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'emoji😀@ü',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO every_type (t, em) SELECT repeat(E'line\\.\n\\.\n', 50000), 'big@x' ;
CREATE TABLE plan (id int PRIMARY KEY, kind varchar(20) NOT NULL CHECK (kind IN ('a', 'b, c', 'it''s [x]')),
  state varchar DEFAULT 'x' CHECK (state::text <> ALL (ARRAY['q','r'])), boss int, price numeric(10,2) DEFAULT 0,
  gross numeric GENERATED ALWAYS AS (price * 1.19) STORED, note text);
CREATE TABLE item (id serial PRIMARY KEY, plan_id int REFERENCES plan ON DELETE CASCADE, best int);
ALTER TABLE plan ADD CONSTRAINT boss_fk FOREIGN KEY (boss) REFERENCES item DEFERRABLE INITIALLY DEFERRED;
BEGIN; INSERT INTO plan (id, kind, boss, price) SELECT g, 'a', g, g FROM generate_series(1, 50) g; INSERT INTO item (plan_id) SELECT g FROM generate_series(1, 50) g; COMMIT;
CREATE TRIGGER touching BEFORE INSERT ON plan FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX plan_expr ON plan (lower(kind), (price * 2)) WHERE price > 0;
CREATE RULE plan_rule AS ON DELETE TO plan WHERE OLD.id < 0 DO INSTEAD NOTHING;
CREATE STATISTICS plan_stats (dependencies, ndistinct) ON kind, price FROM plan;
COMMENT ON TABLE plan IS E'a comment with ''quotes''\nand a line';
COMMENT ON COLUMN plan.kind IS 'kind';
CREATE TABLE stay (room int, during tstzrange, EXCLUDE USING gist (during WITH &&));
INSERT INTO stay VALUES (1, '[2024-01-01,2024-01-02)'), (1, '[2024-01-02,2024-01-03)');
CREATE TABLE by_range (id int, at date, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE by_range_1 PARTITION OF by_range FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE by_range_2 (v text, at date NOT NULL, id int NOT NULL);
ALTER TABLE by_range ATTACH PARTITION by_range_2 FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
INSERT INTO by_range SELECT g, date '2023-12-01' + g, 'v' || g FROM generate_series(1, 100) g;
CREATE TABLE by_list (id int, k text) PARTITION BY LIST (k);
CREATE TABLE by_list_a PARTITION OF by_list FOR VALUES IN ('a', 'b');
CREATE TABLE by_list_d PARTITION OF by_list DEFAULT PARTITION BY HASH (id);
CREATE TABLE by_list_d0 PARTITION OF by_list_d FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_list_d1 PARTITION OF by_list_d FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_list SELECT g, chr(97 + g % 5) FROM generate_series(1, 100) g;
CREATE TABLE by_enum (m mood, n int) PARTITION BY HASH (m);
CREATE TABLE by_enum_0 PARTITION OF by_enum FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE by_enum_1 PARTITION OF by_enum FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE by_enum_2 PARTITION OF by_enum FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO by_enum SELECT (enum_range(NULL::mood))[1 + g % 5], g FROM generate_series(1, 100) g;
CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
ALTER TABLE parent ADD COLUMN late text DEFAULT 'late';
ALTER TABLE child DROP COLUMN c;
ALTER TABLE child ADD COLUMN c2 int;
INSERT INTO parent VALUES (1, 'p'); INSERT INTO child (a, b, c2) VALUES (2, 'c', 3);
CREATE UNLOGGED TABLE quick (id int); INSERT INTO quick SELECT generate_series(1, 10);
CREATE TABLE nothing (); INSERT INTO nothing SELECT FROM generate_series(1, 7);
CREATE TABLE only_generated (g int GENERATED ALWAYS AS (42) STORED); INSERT INTO only_generated SELECT FROM generate_series(1, 3);
CREATE TABLE "We""ird.Schema näme"."tab.le ""quoted"" with spaces ünd sixty-three bytes in all xxxxxxx" ("co l""1" int, "SELECT" text);
INSERT INTO "We""ird.Schema näme"."tab.le ""quoted"" with spaces ünd sixty-three bytes in all xxxxxxx" VALUES (1, 'a'), (2, NULL);
CREATE VIEW seen AS SELECT p.*, i.id AS item FROM plan p JOIN item i ON i.plan_id = p.id WHERE p.kind IN ('a', 'b');
CREATE MATERIALIZED VIEW a_totals AS SELECT kind, sum(price) AS total FROM seen GROUP BY kind;
CREATE MATERIALIZED VIEW "Z first" AS SELECT count(*) AS n FROM plan;
CREATE MATERIALIZED VIEW a_of_z AS SELECT n + 1 AS m FROM "Z first";
CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM a_totals WITH NO DATA;
CREATE UNIQUE INDEX ON a_totals (kind);
CREATE TABLE keyed (k int PRIMARY KEY, v text UNIQUE, w text); INSERT INTO keyed VALUES (1, 'a', E'b\r\n'), (2, NULL, 'b');
CREATE INDEX ON keyed (btrim(w, E' \t\r\n'));
CREATE MATERIALIZED VIEW of_key AS SELECT k, v FROM keyed GROUP BY k; -- pg_dump writes it behind the key
CREATE UNIQUE INDEX ON of_key (k);
CREATE SEQUENCE lone INCREMENT -5 MINVALUE -1000 MAXVALUE 1000 START 100 CYCLE; SELECT nextval('lone'), nextval('lone');
CREATE SEQUENCE fresh;
ALTER TABLE plan OWNER TO app_owner; ALTER VIEW seen OWNER TO app_owner; ALTER TABLE item OWNER TO app_owner;
GRANT USAGE ON SCHEMA app TO app_owner, "Reader Role";
GRANT SELECT, UPDATE (note) ON plan TO "Reader Role" WITH GRANT OPTION;
GRANT SELECT ON by_range TO PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA app GRANT SELECT ON TABLES TO "Reader Role";
ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON plan FOR SELECT TO "Reader Role" USING (id > 10);
ALTER TABLE stay ENABLE ROW LEVEL SECURITY; ALTER TABLE stay FORCE ROW LEVEL SECURITY;
CREATE PUBLICATION news FOR TABLE plan, item;
CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR app.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE COLLATION app.german (provider = icu, locale = 'de-u-co-phonebk');
CREATE TEXT SEARCH CONFIGURATION app.conf (COPY = pg_catalog.simple);
CREATE FUNCTION app.spy() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER spying ON ddl_command_end EXECUTE FUNCTION app.spy();
