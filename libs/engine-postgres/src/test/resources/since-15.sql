-- What PostgreSQL 15 brought.
CREATE TABLE app.since_15 (id int PRIMARY KEY, a int, b int, UNIQUE NULLS NOT DISTINCT (a));
INSERT INTO app.since_15 VALUES (1, NULL, 2), (2, 3, 4);
CREATE TABLE app.since_15_part (tenant int, id int, parent int, PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, parent) REFERENCES app.since_15_part ON DELETE SET NULL (parent));
INSERT INTO app.since_15_part VALUES (1, 1, NULL), (1, 2, 1);
CREATE VIEW app.since_15_view WITH (security_invoker = true) AS SELECT id FROM app.since_15;
CREATE PUBLICATION since_15_rows FOR TABLE app.since_15 (id, a) WHERE (id > 1);
