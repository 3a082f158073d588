-- Publications and subscriptions (to nobody).
CREATE SCHEMA replicated;
SET search_path = replicated;
CREATE TABLE news (id int PRIMARY KEY, a text, b text); INSERT INTO news VALUES (1, 'a', 'b'); CREATE TABLE more (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE more_0 PARTITION OF more FOR VALUES WITH (MODULUS 1, REMAINDER 0); INSERT INTO more SELECT generate_series(1, 10);
CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION "some Tables" FOR TABLE ONLY news (id, a) WHERE (id > 5 AND a <> 'it''s'), more WITH (publish = 'insert, delete', publish_via_partition_root = true); CREATE PUBLICATION schemas FOR TABLES IN SCHEMA replicated, "We""ird.Schema näme"; CREATE PUBLICATION empty; COMMENT ON PUBLICATION everything IS 'publication'; ALTER PUBLICATION "some Tables" OWNER TO app_owner;
CREATE SUBSCRIPTION listening CONNECTION 'host=127.0.0.1 port=1 dbname=nowhere password=secret' PUBLICATION one, "Two ""x""" WITH (connect = false, slot_name = 'a_slot', binary = true, streaming = true, synchronous_commit = 'off'); CREATE SUBSCRIPTION "No Slot" CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, disable_on_error = true); COMMENT ON SUBSCRIPTION listening IS 'subscription';
CREATE ROLE subscriber SUPERUSER NOLOGIN; ALTER SUBSCRIPTION "No Slot" OWNER TO subscriber;
