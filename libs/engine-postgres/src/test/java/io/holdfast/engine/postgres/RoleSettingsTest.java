package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits that a role or a database gives its sessions do not reach Holdfast's. */
class RoleSettingsTest {
    private static final List<String> LIMITS = List.of(
            "default_transaction_read_only = on",
            "default_transaction_isolation = 'serializable'",
            "default_transaction_deferrable = on",
            "statement_timeout = 100",
            "lock_timeout = 1",
            "idle_in_transaction_session_timeout = 1",
            "idle_session_timeout = 50");

    @Test
    void aRoleWithEveryLimitBacksUpAndRestores() throws IOException {
        DatabaseAddress source = Databases.fresh();
        String role = "limited_" + source.database();
        Databases.sql(
                source,
                "CREATE TABLE t (id serial PRIMARY KEY, v text)",
                "INSERT INTO t (v) SELECT repeat('v', 1000) FROM generate_series(1, 20000) g",
                "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_sleep(0.05); RETURN $1; END'",
                "CREATE INDEX ON t (slow(id)) WHERE id <= 5",
                "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t",
                "CREATE ROLE " + role + " LOGIN SUPERUSER");
        LIMITS.forEach(limit -> Databases.sql(source, "ALTER ROLE " + role + " SET " + limit));
        LIMITS.forEach(limit -> Databases.sql(source, "ALTER DATABASE " + source.database() + " SET " + limit));
        Databases.Backup backup;
        try (Snapshot snapshot =
                Databases.ENGINE.open(source.withUser(role), PasswordSupplier.none(), Databases.OPTIONS)) {
            backup = Databases.backup(snapshot);
        }

        TargetServer target = Databases.ENGINE.target(Databases.server().withUser(role), PasswordSupplier.none());
        String restored = Databases.restore(target, backup);

        try (TargetDatabase database = target.open(restored, LoadOptions.defaults());
                Snapshot copy = database.snapshot(Databases.OPTIONS)) {
            Databases.Backup again = Databases.backup(copy);
            assertThat(again.prints()).isEqualTo(backup.prints());
            assertThat(again.prints().get(new QualifiedName("public", "t")))
                    .isNotNull()
                    .satisfies(print -> assertThat(print.rows()).isEqualTo(20000));
        }
    }
}
