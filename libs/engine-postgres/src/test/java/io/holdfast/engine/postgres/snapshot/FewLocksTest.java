package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.PasswordServer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server whose lock table has little room, at the IPv6 loopback address. */
class FewLocksTest {
    private static final AtomicReference<PasswordServer> SERVER = new AtomicReference<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        SERVER.set(PasswordServer.withFewLocks());
    }

    @AfterAll
    static void stop() {

        Objects.requireNonNull(SERVER.get()).close();
    }

    private static DatabaseAddress address() {
        return Objects.requireNonNull(SERVER.get()).address("boss");
    }

    private static void tables(String schema, int number) {
        Databases.sql(address(), "CREATE SCHEMA " + schema);
        for (int from = 0; from < number; from += 50) {
            Databases.sql(
                    address(),
                    "DO $$ BEGIN FOR i IN " + from + " .. " + (Math.min(number, from + 50) - 1)
                            + " LOOP EXECUTE format('CREATE TABLE " + schema + ".%I (id int)', 't' || i);"
                            + " EXECUTE format('CREATE SEQUENCE " + schema + ".%I', 's' || i); END LOOP; END $$");
        }
    }

    @Test
    void asManyTablesAsPgDumpCanLockAreBackedUpAndMoreAreRefusedWithTheValueNeeded() {
        assertThat(Databases.query(address(), "SELECT host(inet_server_addr())"))
                .containsExactly("::1");
        tables("many", MANY);
        try (Snapshot snapshot = Databases.ENGINE.open(address(), PasswordSupplier.none(), Databases.OPTIONS)) {
            assertThat(snapshot.dumpSchema(OutputStream.nullOutputStream())).isEmpty();
            assertThat(Databases.fingerprints(snapshot)).hasSize(MANY);
            assertThat(snapshot.shape().sequences()).hasSize(MANY);
        }

        tables("more", 600);
        assertThatThrownBy(() -> Databases.ENGINE.open(address(), PasswordSupplier.none(), Databases.OPTIONS))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED))
                .hasMessageContaining("set max_locks_per_transaction = ")
                .hasMessageContaining(MANY + 600 + " tables");
    }

    private static final int MANY = 2150;
}
