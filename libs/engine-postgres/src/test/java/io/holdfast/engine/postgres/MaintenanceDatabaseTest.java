package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server whose database {@code postgres} is missing, as on managed services. */
class MaintenanceDatabaseTest {
    private static final PasswordSupplier NONE = PasswordSupplier.none();
    private static PasswordServer server;
    private static DatabaseAddress shop;

    @BeforeAll
    static void start() throws Exception {
        server = PasswordServer.trusting();
        shop = server.address("boss").withDatabase("shop");
        Databases.sql(at("template1"), "CREATE DATABASE shop TEMPLATE template0");
        Databases.sql(shop, "CREATE TABLE t AS SELECT 1 AS id");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void removePostgres() throws SQLException {
        Databases.sql(at("template1"), "ALTER DATABASE postgres RENAME TO defaultdb");
    }

    @AfterEach
    void bringPostgresBack() throws SQLException {
        Databases.sql(shop, "ALTER DATABASE template1 ALLOW_CONNECTIONS true");
        Databases.sql(at("template1"), "ALTER DATABASE defaultdb RENAME TO postgres");
    }

    private static DatabaseAddress at(String database) {
        return server.address("boss").withDatabase(database);
    }

    private static SourceDatabase source(Optional<String> maintenance) {
        return Databases.ENGINE.source(shop, NONE, maintenance);
    }

    private static DatabaseDescriptor shape() {
        try (Snapshot snapshot = Databases.ENGINE.open(shop, NONE, SnapshotOptions.defaults())) {
            return snapshot.shape();
        }
    }

    @Test
    void aDatabaseIsReplacedByWayOfTemplate1() {
        DatabaseDescriptor shape = shape();
        try (TargetServer target = source(Optional.empty()).target()) {
            target.create("copy", shape);
            long live = target.oid("shop").orElseThrow();
            long copy = target.oid("copy").orElseThrow();
            assertThat(target.obstacles("shop")).isEmpty();
            DatabaseSwap swap = new DatabaseSwap("shop", live, "shop_old", copy, "copy");

            target.exchange(swap);

            assertThat(target.oid("shop")).contains(copy);
            assertThat(target.withdraw(swap, "copy_undone")).isTrue();
            target.drop("copy_undone");
            assertThat(target.oid("shop")).contains(live);
        }
    }

    @Test
    void theConfiguredDatabaseIsUsedFirst() throws SQLException {
        Databases.sql(shop, "ALTER DATABASE template1 ALLOW_CONNECTIONS false");

        try (TargetServer target = source(Optional.of("defaultdb")).target()) {
            assertThat(target.obstacles("shop")).isEmpty();
        }
    }

    @Test
    void aServerWithoutAnyOtherDatabaseRestoresIntoNewOnesAndRefusesAReplacementWithTheReason() throws SQLException {
        DatabaseDescriptor shape = shape();
        Databases.sql(shop, "ALTER DATABASE template1 ALLOW_CONNECTIONS false");

        try (TargetServer target = source(Optional.empty()).target()) {
            target.create("copy", shape);
            target.rename("copy", "shop_copy");

            assertThat(target.exists("shop_copy")).isTrue();
            assertThat(target.obstacles("shop"))
                    .singleElement()
                    .satisfies(obstacle -> assertThat(obstacle.message())
                            .contains("cannot rename its own database", "restore.maintenance-database"))
                    .extracting(Finding::kind)
                    .isEqualTo(Finding.Kind.NOT_CARRIED);
            target.drop("shop_copy");
        }
    }

    @Test
    void aServerThatRefusesEachOfThemIsDescribedWithoutBlamingTheUrl() throws SQLException {
        Databases.sql(shop, "ALTER DATABASE template1 ALLOW_CONNECTIONS false");
        SourceDatabase gone = Databases.ENGINE.source(shop.withDatabase("gone"), NONE, Optional.of("elsewhere"));

        try (TargetServer target = gone.target()) {
            assertThatThrownBy(target::serverMajor)
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_UNSUITABLE))
                    .hasMessageContaining("\"elsewhere\" does not exist")
                    .hasMessageContaining("\"postgres\" does not exist")
                    .hasMessageContaining("\"template1\" is not currently accepting connections")
                    .hasMessageContaining("\"gone\" does not exist")
                    .hasMessageContaining("restore.maintenance-database")
                    .hasMessageNotContaining("URL");
        }
    }
}
