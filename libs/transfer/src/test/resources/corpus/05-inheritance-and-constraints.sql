-- Inheritance, constraints, keys in circles, triggers, rules, statistics.
CREATE SCHEMA linked;
SET search_path = linked;
CREATE TABLE parent (a int DEFAULT 1, b text NOT NULL CHECK (b <> ''), CONSTRAINT own_only CHECK (a > -100) NO INHERIT);
CREATE TABLE other_parent (b text, z date);
CREATE TABLE child (c int) INHERITS (parent);
CREATE TABLE both_of (d int, b text DEFAULT 'merged') INHERITS (parent, other_parent);
CREATE TABLE grandchild (e int) INHERITS (child, both_of);
ALTER TABLE parent ADD COLUMN late text DEFAULT 'late'; ALTER TABLE child DROP COLUMN c; ALTER TABLE child ADD COLUMN c2 int, ALTER a SET DEFAULT 9;
CREATE TABLE joined (z2 int, late text, b text NOT NULL CHECK (b <> ''), a int); ALTER TABLE joined ADD CONSTRAINT parent_b_check CHECK (b <> ''); ALTER TABLE joined INHERIT parent;
CREATE TABLE left_alone () INHERITS (parent); ALTER TABLE left_alone NO INHERIT parent;
INSERT INTO parent VALUES (1, 'p'); INSERT INTO child (a, b, c2) VALUES (2, 'c', 3); INSERT INTO both_of (a, b, z, d) VALUES (3, 'b', '2024-01-01', 4); INSERT INTO grandchild (a, b, e) VALUES (4, 'g', 5); INSERT INTO joined VALUES (1, 'l', 'j', 5); INSERT INTO left_alone VALUES (6, 'alone');
CREATE TABLE generated_parent (a int, g int GENERATED ALWAYS AS (a + 1) STORED); CREATE TABLE generated_child (x int) INHERITS (generated_parent); INSERT INTO generated_child (a, x) VALUES (1, 2);
-- circles and selves
CREATE TABLE chicken (id int PRIMARY KEY, egg int NOT NULL); CREATE TABLE egg (id int PRIMARY KEY, chicken int NOT NULL REFERENCES chicken DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE chicken ADD CONSTRAINT "hatched from" FOREIGN KEY (egg) REFERENCES egg DEFERRABLE INITIALLY IMMEDIATE;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO chicken SELECT g, g FROM generate_series(1, 50) g; INSERT INTO egg SELECT g, g FROM generate_series(1, 50) g; COMMIT;
CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree ON DELETE CASCADE ON UPDATE SET NULL); INSERT INTO tree SELECT g, NULLIF(51 - g, 51) FROM generate_series(1, 50) g WHERE false; INSERT INTO tree VALUES (3, NULL), (2, 3), (1, 2); UPDATE tree SET up = 1 WHERE id = 3;
CREATE TABLE matched (a int, b int, UNIQUE (a, b)); CREATE TABLE matching (a int, b int, c int, FOREIGN KEY (a, b) REFERENCES matched (a, b) MATCH FULL ON DELETE SET DEFAULT, FOREIGN KEY (c, b) REFERENCES matched (a, b) ON DELETE SET NULL (c)); INSERT INTO matched VALUES (1, 2); INSERT INTO matching VALUES (1, 2, 1), (NULL, NULL, NULL);
CREATE TABLE lax (a int, b int REFERENCES tree); INSERT INTO lax VALUES (-1, NULL); ALTER TABLE lax ADD CONSTRAINT "not valid check" CHECK (a > 0) NOT VALID; ALTER TABLE lax DROP CONSTRAINT lax_b_fkey; INSERT INTO lax VALUES (2, 999); ALTER TABLE lax ADD CONSTRAINT not_valid_key FOREIGN KEY (b) REFERENCES tree NOT VALID;
CREATE TABLE deferred_unique (a int UNIQUE DEFERRABLE INITIALLY DEFERRED, b int, CONSTRAINT pk PRIMARY KEY (b) DEFERRABLE); INSERT INTO deferred_unique VALUES (1, 1), (2, 2);
CREATE TABLE stay (room int, during tstzrange, price numeric, EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (price > 0) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "no circle" EXCLUDE USING gist (during WITH -|-) INCLUDE (price) WITH (fillfactor = 70) WHERE (room < 0));
INSERT INTO stay VALUES (1, '[2024-01-01,2024-01-02)', 5), (1, '[2024-01-02,2024-01-03)', 6), (2, 'empty', -1);
CREATE UNIQUE INDEX to_be_key ON matched (b); ALTER TABLE matched ADD CONSTRAINT from_index UNIQUE USING INDEX to_be_key;
COMMENT ON CONSTRAINT "hatched from" ON chicken IS 'which was first?'; COMMENT ON TABLE tree IS E'a comment with ''quotes''\nand a line'; COMMENT ON COLUMN tree.up IS E'\\ backslash';
-- triggers in every state
CREATE TABLE watched (id int PRIMARY KEY, v text, note text); CREATE TABLE seen (at int, what text);
CREATE FUNCTION noting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO linked.seen VALUES (1, TG_OP || coalesce(TG_ARGV[0], '')); RETURN NEW; END $$;
CREATE TRIGGER plain AFTER INSERT OR UPDATE OF v, note OR DELETE ON watched FOR EACH ROW WHEN (pg_trigger_depth() < 3) EXECUTE FUNCTION noting('it''s', E'\\x', '');
CREATE TRIGGER "dis abled" BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION noting(); CREATE TRIGGER replica BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION noting('r'); CREATE TRIGGER always BEFORE UPDATE ON watched FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION noting('a');
CREATE TRIGGER transition AFTER UPDATE ON watched REFERENCING OLD TABLE AS "old rows" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION noting('t'); CREATE CONSTRAINT TRIGGER late AFTER INSERT ON watched DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION noting('c'); CREATE TRIGGER truncating BEFORE TRUNCATE ON watched EXECUTE FUNCTION noting('tr');
ALTER TABLE watched DISABLE TRIGGER "dis abled", ENABLE REPLICA TRIGGER replica, ENABLE ALWAYS TRIGGER always; COMMENT ON TRIGGER plain ON watched IS 'trigger';
INSERT INTO watched VALUES (1, 'a', NULL), (2, 'b', 'n'); UPDATE watched SET v = 'c' WHERE id = 2;
CREATE TABLE all_off (id int); CREATE TRIGGER off1 BEFORE INSERT ON all_off FOR EACH ROW EXECUTE FUNCTION noting(); INSERT INTO all_off VALUES (1); ALTER TABLE all_off DISABLE TRIGGER ALL;
CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no more rows'; END $$; CREATE TABLE closed (id int); INSERT INTO closed VALUES (1); CREATE TRIGGER refuse BEFORE INSERT OR DELETE OR UPDATE ON closed FOR EACH ROW EXECUTE FUNCTION refusing(); CREATE TRIGGER refuse_all BEFORE TRUNCATE OR INSERT ON closed EXECUTE FUNCTION refusing();
-- rules
CREATE RULE redirect AS ON INSERT TO all_off DO INSTEAD INSERT INTO linked.seen VALUES (NEW.id, 'ruled'); CREATE RULE "also ""this""" AS ON UPDATE TO watched WHERE OLD.id <> NEW.id DO ALSO (INSERT INTO linked.seen VALUES (NEW.id, 'it''s'); DELETE FROM linked.seen WHERE at < 0); CREATE RULE nothing AS ON DELETE TO watched WHERE OLD.id < 0 DO INSTEAD NOTHING; CREATE RULE telling AS ON DELETE TO seen DO ALSO NOTIFY gone;
ALTER TABLE watched DISABLE RULE nothing; COMMENT ON RULE redirect ON all_off IS 'rule';
-- statistics
CREATE TABLE measured (a int, b int, c text, d date); INSERT INTO measured SELECT g % 10, g % 5, 'c' || g % 3, '2024-01-01' FROM generate_series(1, 1000) g;
CREATE STATISTICS all_kinds ON a, b, c FROM measured; CREATE STATISTICS "some Kinds" (ndistinct, mcv) ON a, b FROM measured; CREATE STATISTICS expressions ON (a + b), lower(c) FROM measured; CREATE STATISTICS one_expression ON (d + 1) FROM measured; ALTER STATISTICS all_kinds SET STATISTICS 55; COMMENT ON STATISTICS all_kinds IS 'statistics'; ALTER STATISTICS expressions OWNER TO app_owner;
ANALYZE measured;
