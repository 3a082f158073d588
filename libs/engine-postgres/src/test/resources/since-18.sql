-- What PostgreSQL 18 brought.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE TABLE app.since_18 (id uuid DEFAULT uuidv7() PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) VIRTUAL);
INSERT INTO app.since_18 (a) VALUES (1), (2), (NULL);
CREATE TABLE app.since_18_rooms (room int, during daterange, PRIMARY KEY (room, during WITHOUT OVERLAPS));
INSERT INTO app.since_18_rooms VALUES (1, '[2026-01-01,2026-02-01)'), (1, '[2026-02-01,2026-03-01)');
CREATE TABLE app.since_18_stays (room int, during daterange,
  FOREIGN KEY (room, PERIOD during) REFERENCES app.since_18_rooms (room, PERIOD during));
INSERT INTO app.since_18_stays VALUES (1, '[2026-01-20,2026-02-10)');
CREATE TABLE app.since_18_loose (id int, parent int, v int,
  CONSTRAINT positive CHECK (v > 0) NOT ENFORCED,
  CONSTRAINT plan_known FOREIGN KEY (parent) REFERENCES app.plan (id) NOT ENFORCED);
INSERT INTO app.since_18_loose VALUES (1, -1, -1);
ALTER TABLE app.since_18_loose ADD CONSTRAINT id_there NOT NULL id NOT VALID;
