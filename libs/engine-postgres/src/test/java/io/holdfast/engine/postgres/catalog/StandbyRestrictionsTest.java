package io.holdfast.engine.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.StandbyPair;
import java.io.IOException;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A hot standby is a source like any other, but for what its primary does meanwhile. */
class StandbyRestrictionsTest {
    private static StandbyPair pair;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        pair = StandbyPair.start();
        Databases.sql(
                pair.primary,
                "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, repeat(md5(g::text), 100) FROM"
                        + " generate_series(1, 3000) g",
                "CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, r regclass) PARTITION BY RANGE (id);"
                        + " CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);"
                        + " INSERT INTO p (r) VALUES ('t'), (NULL)",
                "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t; SELECT lo_from_bytea(4711, 'large')",
                "CREATE UNLOGGED TABLE u (id serial); INSERT INTO u DEFAULT VALUES");
        pair.caughtUp();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    @Test
    void aBackupOfTheStandbyIsThePrimarysButForUnloggedTables() throws IOException {
        Map<QualifiedName, Fingerprint> there;
        try (Snapshot snapshot = Databases.open(pair.primary)) {
            there = Databases.fingerprints(snapshot);
        }
        QualifiedName unlogged = new QualifiedName("public", "u");
        assertThat(there.remove(unlogged)).isNotNull();
        try (Snapshot snapshot = Databases.open(pair.standby);
                TargetServer target = Databases.ENGINE.target(pair.primary, PasswordSupplier.none())) {
            Databases.Backup backup = Databases.backup(snapshot);

            assertThat(backup.prints()).isEqualTo(there);
            assertThat(backup.shape().findings())
                    .extracting(Finding::kind, Finding::object)
                    .contains(tuple(Finding.Kind.NOT_CARRIED, "public.u"));
            String copy = Databases.restore(target, backup);
            try (Snapshot restored = Databases.open(pair.primary.withDatabase(copy))) {
                there.put(unlogged, Fingerprint.EMPTY);
                Map<QualifiedName, Fingerprint> here = Databases.fingerprints(restored);
                here.putIfAbsent(unlogged, Fingerprint.EMPTY);
                assertThat(here).isEqualTo(there);
            }
        }
    }

    @Test
    void whatThePrimaryDidMeanwhileMayEndItWithAFailureThatSaysWhatToSet() {
        Databases.sql(pair.primary, "CREATE TABLE gone AS SELECT g FROM generate_series(1, 10) g");
        pair.caughtUp();
        try (Snapshot snapshot = Databases.open(pair.standby)) {
            Databases.sql(pair.primary, "DROP TABLE gone");
            Awaitility.await()
                    .until(() -> Databases.query(pair.standby, "SELECT to_regclass('public.gone') IS NULL")
                            .contains("t"));

            assertThatThrownBy(() -> Databases.fingerprints(snapshot))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_STANDBY_CONFLICT))
                    .hasMessageContaining("max_standby_streaming_delay");
        }
    }
}
