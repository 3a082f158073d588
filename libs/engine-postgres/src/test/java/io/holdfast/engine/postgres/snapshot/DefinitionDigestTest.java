package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionDigestTest {
    private static DatabaseAddress shared = Databases.server();

    @BeforeAll
    static void createDatabase() {
        shared = database();
    }

    static DatabaseAddress database() {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(
                address,
                "CREATE ROLE reader_" + address.database()
                        + "; CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad', 'ok');"
                        + " CREATE DOMAIN age AS int CHECK (VALUE > 0); CREATE SEQUENCE s; CREATE SEQUENCE s2;"
                        + " CREATE TABLE t (id serial PRIMARY KEY, v text DEFAULT 'a', g bigint GENERATED ALWAYS AS IDENTITY);"
                        + " CREATE TABLE u (id int REFERENCES t); CREATE TABLE p (id int) PARTITION BY LIST (id);"
                        + " CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 (id int);"
                        + " INSERT INTO t (v) SELECT 'v' || g FROM generate_series(1, 100) g;"
                        + " CREATE VIEW w AS SELECT id FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM t;"
                        + " CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                        + " CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                        + " CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION trg();"
                        + " CREATE INDEX t_v ON t (v); CREATE POLICY pol ON u USING (true); CREATE PUBLICATION pub;"
                        + " CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER srv FOREIGN DATA WRAPPER fdw;"
                        + " CREATE STATISTICS st ON id, v FROM t");
        return address;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD COLUMN added int",
                "ALTER TABLE t DROP COLUMN v CASCADE",
                "ALTER TABLE t RENAME COLUMN v TO value",
                "ALTER TABLE u RENAME TO renamed",
                "ALTER TABLE u SET SCHEMA app",
                "ALTER TABLE t ALTER v SET DEFAULT 'b'",
                "ALTER TABLE t ALTER v SET NOT NULL",
                "ALTER TABLE t ALTER v SET STATISTICS 7",
                "ALTER TABLE t ALTER v SET STORAGE EXTERNAL",
                "ALTER TABLE t SET (fillfactor = 50)",
                "ALTER TABLE t SET (toast.autovacuum_enabled = off)",
                "ALTER TABLE t ADD CHECK (id > 0)",
                "ALTER TABLE t REPLICA IDENTITY FULL",
                "ALTER TABLE t CLUSTER ON t_v",
                "ALTER TABLE t DISABLE TRIGGER tr",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE t OWNER TO READER",
                "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2)",
                "ALTER TABLE p DETACH PARTITION p1",
                "ALTER POLICY pol ON u USING (false)",
                "ALTER SEQUENCE s INCREMENT 5",
                "ALTER SEQUENCE s OWNED BY t.id",
                "ALTER DOMAIN age DROP CONSTRAINT age_check",
                "ALTER TYPE mood ADD VALUE 'happy'",
                "ALTER SCHEMA app RENAME TO other",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO READER",
                "ALTER DATABASE this SET work_mem = '7MB'",
                "ALTER ROLE READER IN DATABASE this SET work_mem = '7MB'",
                "ALTER EXTENSION plpgsql ADD FUNCTION f()",
                "ALTER PUBLICATION pub ADD TABLE t",
                "ALTER SERVER srv OPTIONS (ADD host 'x')",
                "CREATE USER MAPPING FOR PUBLIC SERVER srv",
                "ALTER INDEX t_v RENAME TO t_w",
                "ALTER STATISTICS st SET STATISTICS 9",
                "CREATE INDEX ON t (v, id)",
                "DROP INDEX t_v",
                "CREATE TABLE new (id int)",
                "DROP TABLE u",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                "CREATE OR REPLACE VIEW w AS SELECT id FROM t WHERE id > 1",
                "CREATE CAST (mood AS int) WITH INOUT",
                "CREATE AGGREGATE agg (int) (SFUNC = int4pl, STYPE = int)",
                "CREATE RULE r AS ON INSERT TO u DO ALSO NOTIFY x",
                "COMMENT ON TABLE t IS 'a comment'",
                "COMMENT ON COLUMN t.v IS 'a comment'",
                "COMMENT ON FUNCTION f() IS 'a comment'",
                "COMMENT ON DATABASE this IS 'a comment'",
                "GRANT SELECT ON t TO READER",
                "GRANT SELECT (v) ON t TO READER",
                "GRANT EXECUTE ON FUNCTION f() TO READER",
                "GRANT EXECUTE ON FUNCTION pg_ls_waldir() TO READER",
                "GRANT CONNECT ON DATABASE this TO READER"
            })
    void everyKindOfDefinitionIsInTheDigest(String change) throws SQLException {
        Connection connection = Databases.connect(shared);
        try {
            Sql.run(connection, "SET search_path = public; BEGIN");
            DefinitionDigest before = digest(connection);
            Sql.run(connection, inShared(change));

            assertThat(digest(connection).differences(before)).isNotEmpty();
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ANALYZE",
                "VACUUM",
                "VACUUM FREEZE t",
                "VACUUM FULL t",
                "TRUNCATE t CASCADE",
                "TRUNCATE t RESTART IDENTITY CASCADE",
                "REINDEX TABLE t",
                "REFRESH MATERIALIZED VIEW m",
                "SELECT nextval('s'), setval('s2', 99)",
                "INSERT INTO t (v) VALUES ('new')",
                "UPDATE t SET v = 'changed'",
                "SELECT lo_from_bytea(4711, 'x')",
                "CREATE TEMP TABLE tt (id serial PRIMARY KEY, v text DEFAULT 'x' CHECK (v <> ''))",
                "CREATE ROLE READER_other",
                "ALTER ROLE READER CREATEROLE",
                "VACUUM FULL u"
            })
    void otherChangesAreNotInTheDigest(String change) throws SQLException {
        Connection connection = Databases.connect(shared);
        try {
            Sql.run(connection, "BEGIN");
            DefinitionDigest before = digest(connection);
            Sql.run(connection, "COMMIT");
            Databases.sql(shared, inShared(change));
            Sql.run(connection, "BEGIN");

            assertThat(digest(connection).differences(before)).isEmpty();
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    private static DefinitionDigest digest(Connection connection) throws SQLException {
        return DefinitionDigest.read(connection, ScopeFilter.of(BackupScope.everything(), connection));
    }

    private static String inShared(String change) {
        return change.replace("READER", "reader_" + shared.database())
                .replace("DATABASE this", "DATABASE " + shared.database());
    }

    /** The definitions are changed and changed back while pg_dump may have seen the others. */
    @Test
    void aChangeThatWasUndoneIsInTheDigest() throws SQLException {
        Connection connection = Databases.connect(shared);
        try {
            Sql.run(connection, "BEGIN");
            DefinitionDigest before = digest(connection);
            Sql.run(connection, "COMMIT");
            Databases.sql(
                    shared, "ALTER TABLE t ALTER id SET STATISTICS 9", "ALTER TABLE t ALTER id SET STATISTICS -1");
            Sql.run(connection, "BEGIN");

            assertThat(digest(connection).differences(before)).containsExactly("relation public.t");
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
