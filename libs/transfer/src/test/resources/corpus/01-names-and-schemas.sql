-- Schemas and names: quoted, keyword, dotted, unicode, 63 bytes long; an own "public"; one that looks like the system's.
CREATE ROLE app_owner NOLOGIN;
CREATE ROLE app_reader NOLOGIN;
CREATE ROLE "Reader Role; ""quoted""" NOLOGIN;
CREATE ROLE "näme-mit ünicode" NOLOGIN;
CREATE SCHEMA app AUTHORIZATION app_owner;
CREATE SCHEMA "We""ird.Schema näme";
CREATE SCHEMA "Pg_almost";
CREATE SCHEMA pgish;
CREATE SCHEMA "select";
CREATE SCHEMA empty_one;
COMMENT ON SCHEMA app IS E'line one\nline two; with ''quotes'' and \\ backslash';
COMMENT ON SCHEMA public IS 'ours now';
ALTER SCHEMA public OWNER TO app_owner;
GRANT USAGE ON SCHEMA public TO app_reader;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE TABLE public.in_public (id int);
INSERT INTO public.in_public VALUES (1);
CREATE TABLE "We""ird.Schema näme"."tab.le ""quoted"" with spaces ünd sixty-three bytes in all xxxxxxx" ("co l""1" int, "SELECT" text, " " int, "$1" text, "a.b" text, "Ж" text);
INSERT INTO "We""ird.Schema näme"."tab.le ""quoted"" with spaces ünd sixty-three bytes in all xxxxxxx" VALUES (1, 'a', 2, '$', 'dot', 'ж'), (2, NULL, NULL, NULL, NULL, NULL);
CREATE INDEX "index; DROP TABLE x; --" ON "We""ird.Schema näme"."tab.le ""quoted"" with spaces ünd sixty-three bytes in all xxxxxxx" ("SELECT");
CREATE TABLE "Pg_almost"."pg_class" (relname text); INSERT INTO "Pg_almost"."pg_class" VALUES ('not the catalog');
CREATE TABLE pgish.pg_type (typname text); INSERT INTO pgish.pg_type VALUES ('nor this');
CREATE TABLE "select"."table" ("from" int, "where" int, "order" int, "user" text, "group" int);
INSERT INTO "select"."table" VALUES (1, 2, 3, 'u', 4);
CREATE TABLE "select"."UPPER" ("MiXed" int); INSERT INTO "select"."UPPER" VALUES (1);
CREATE TABLE "select"."upper" ("mixed" int); INSERT INTO "select"."upper" VALUES (2), (3);
CREATE TABLE "select".a234567890123456789012345678901234567890123456789012345678901b3 (b234567890123456789012345678901234567890123456789012345678901c3 int);
INSERT INTO "select".a234567890123456789012345678901234567890123456789012345678901b3 VALUES (63);
CREATE TABLE "select"."-- comment" ("/* x" int, "*/" int); INSERT INTO "select"."-- comment" VALUES (1, 2);
CREATE TABLE "select"."new
line" ("col
umn" text); INSERT INTO "select"."new
line" VALUES (E'value with\nline');
COMMENT ON TABLE "select"."new
line" IS 'name of two lines';
CREATE TABLE "select"."tab	bed\back\slash" ("\x" text DEFAULT E'\\x'); INSERT INTO "select"."tab	bed\back\slash" VALUES (DEFAULT), ('\.'), (E'\\N');
CREATE TABLE "select"."$$" ("$body$" text DEFAULT '$$;$body$'); INSERT INTO "select"."$$" VALUES (DEFAULT);
CREATE TABLE "select"."日本語テーブル" ("列" text); INSERT INTO "select"."日本語テーブル" VALUES ('値'), ('😀');
CREATE TABLE "select"."%s %I {0}" ("?" int, ":name" int, "@a" int, "'" text); INSERT INTO "select"."%s %I {0}" VALUES (1, 2, 3, '''');
ALTER SCHEMA "We""ird.Schema näme" OWNER TO "näme-mit ünicode";
GRANT ALL ON SCHEMA "We""ird.Schema näme" TO "Reader Role; ""quoted""" WITH GRANT OPTION;
