package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

    @TempDir
    Path directory;

    @Test
    void tablesThatMayNotBeReadAreAllNamed() {
        DatabaseAddress address = Databases.fresh();
        String role = poor(address);
        Databases.sql(
                address,
                "CREATE TABLE open_one (id int); GRANT SELECT ON open_one TO PUBLIC",
                "CREATE TABLE \"Closed One\" (id serial); CREATE TABLE closed2 (id int)",
                "CREATE TABLE filtered (id int); ALTER TABLE filtered ENABLE ROW LEVEL SECURITY; GRANT SELECT ON filtered TO PUBLIC");

        refused(address.withUser(role), FailureCode.SOURCE_PERMISSION_DENIED)
                .hasMessageContaining("\"Closed One\"")
                .hasMessageContaining("closed2")
                .hasMessageContaining("hide rows of public.filtered")
                .hasMessageContaining("Closed One_id_seq")
                .message()
                .doesNotContain("open_one");
    }

    @Test
    void aMissingRightIsSaidAlthoughSomebodyElsesLockComesFirst() throws SQLException {
        DatabaseAddress address = Databases.fresh();
        String role = poor(address);
        Databases.sql(address, "CREATE TABLE a (id int); GRANT SELECT ON a TO PUBLIC; CREATE TABLE b (id int)");
        Connection other = Databases.connect(address);
        try {
            Sql.run(other, "BEGIN; LOCK TABLE public.a IN ACCESS EXCLUSIVE MODE");

            refused(
                            address.withUser(role),
                            Databases.OPTIONS.withLockTimeout(Duration.ofMillis(300)),
                            FailureCode.SOURCE_PERMISSION_DENIED)
                    .hasMessageContaining("may not read public.b");
        } finally {
            ConnectionFactory.close(other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE", "INSERT", "SELECT (id)"})
    void whoMayLockATableAndNotReadAllOfItIsRefused(String right) {
        DatabaseAddress address = Databases.fresh();
        String role = poor(address);
        Databases.sql(address, "CREATE TABLE a (id int, v int); GRANT " + right + " ON a TO " + role);

        refused(address.withUser(role), FailureCode.SOURCE_PERMISSION_DENIED)
                .hasMessageContaining("may not read public.a");
    }

    @Test
    void nothingStaysOpenWhereOneConnectionIsGivenAndTheOtherIsNot() {
        DatabaseAddress address = Databases.fresh();
        String role = limited(address, 1);
        for (int i = 0; i < 10; i++) {
            refused(address.withUser(role), FailureCode.SOURCE_UNREACHABLE);
        }

        Awaitility.await()
                .until(() -> Databases.query(address, "SELECT pid FROM pg_stat_activity WHERE usename = '" + role + "'")
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whereTheRoleMayHaveFewerConnectionsThanABackupBeginsWithThatIsSaid(int limit) {
        DatabaseAddress address = Databases.fresh();

        refused(address.withUser(limited(address, limit)), FailureCode.SOURCE_UNREACHABLE)
                .hasMessageContaining("limit");
    }

    @Test
    void wherePgDumpIsGivenNoConnectionMoreThatIsSaid() {
        DatabaseAddress address = Databases.fresh();
        String role = limited(address, 9);
        ConnectionFactory source = new ConnectionFactory(
                address.withUser(role), PasswordSupplier.none(), "holdfast/snapshot", ConnectionRole.SOURCE);
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void exported() {
                Databases.sql(address, "ALTER ROLE " + role + " CONNECTION LIMIT 1");
            }
        };

        assertThatThrownBy(() -> SnapshotOpener.open(source, source, Databases.TOOLS, Databases.OPTIONS, phases))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE))
                .hasMessageContaining("raise the limit");
    }

    private static String poor(DatabaseAddress address) {
        String role = "poor_" + address.database();
        Databases.sql(address, "CREATE ROLE " + role + " LOGIN");
        return role;
    }

    private static String limited(DatabaseAddress address, int connections) {
        String role = "few_" + address.database();
        Databases.sql(
                address,
                "CREATE ROLE " + role + " LOGIN CONNECTION LIMIT " + connections,
                "CREATE TABLE t (k int); GRANT SELECT ON t TO PUBLIC");
        return role;
    }

    @Test
    void largeObjectsThatMayNotBeReadAreNamed() {
        DatabaseAddress address = Databases.fresh();
        String role = poor(address);
        Databases.sql(
                address,
                "SELECT lo_from_bytea(4711, 'x'), lo_from_bytea(4712, 'y'), lo_from_bytea(4713, 'z')",
                "GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC; ALTER LARGE OBJECT 4712 OWNER TO " + role);

        refused(address.withUser(role), FailureCode.SOURCE_PERMISSION_DENIED)
                .hasMessageContaining("1 large objects: 4713 (GRANT SELECT ON LARGE OBJECT 4713 TO \"" + role);
    }

    @Test
    void aTableOfAnExtensionThatPgDumpCouldNotLockIsNamed() {
        DatabaseAddress address = Databases.fresh();
        String role = poor(address);
        Databases.sql(address, "CREATE TABLE of_extension (id int)", "ALTER EXTENSION plpgsql ADD TABLE of_extension");

        refused(address.withUser(role), FailureCode.SOURCE_PERMISSION_DENIED)
                .hasMessageContaining("public.of_extension");
    }

    @Test
    void subscriptionsThatOnlyASuperuserMayDumpMakeTheBackupPartial() throws IOException {
        DatabaseAddress address = Databases.fresh();
        String role = poor(address);
        Databases.sql(
                address, "CREATE SUBSCRIPTION subs CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)");

        try (Snapshot snapshot = Databases.open(address.withUser(role));
                OutputStream nowhere = OutputStream.nullOutputStream()) {
            assertThat(snapshot.dumpSchema(nowhere)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Finding.Kind.TOOL_WARNING);
                assertThat(finding.message()).contains("subscriptions not dumped");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"SQL_ASCII, SQL_ASCII", "MULE_INTERNAL, use a database with another encoding"})
    void anEncodingThatCannotBeReadAsUtf8IsRefused(String encoding, String said) {
        String name = encoding.toLowerCase(Locale.ROOT);
        Databases.sql(
                Databases.server(),
                "CREATE DATABASE " + name + " ENCODING '" + encoding
                        + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");

        refused(Databases.server().withDatabase(name), FailureCode.SOURCE_UNSUPPORTED)
                .hasMessageContaining(said);
    }

    @Test
    void bytesWithoutMeaningAreToldFromOtherFaults() {
        DatabaseAddress address = Databases.server().withDatabase("western");
        Databases.sql(
                Databases.server(),
                "CREATE DATABASE western ENCODING 'WIN1252' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        Databases.sql(
                address, "CREATE TABLE note (body text)", "INSERT INTO note VALUES (convert_from('\\x81', 'WIN1252'))");

        try (Snapshot snapshot = Databases.open(address)) {
            assertThatThrownBy(() -> Databases.fingerprints(snapshot))
                    .isInstanceOfSatisfying(
                            HoldfastException.class,
                            failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED))
                    .hasMessageContaining("public.note")
                    .hasMessageContaining("bytes that mean nothing in the database's encoding");
        }
    }

    @Test
    void aReferenceToAnObjectThatIsGoneIsRefusedByName() {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(
                address,
                "CREATE TABLE gone (); CREATE TABLE refs (r regclass, a regtype[]); CREATE TABLE \"1\" ()",
                "INSERT INTO refs VALUES ('refs', '{int4,text}'), ('\"1\"', NULL), ('-', '{}'), (NULL, '{-}')");
        try (Snapshot snapshot = Databases.open(address)) {
            assertThat(snapshot.shape().tables()).hasSize(3);
        }
        Databases.sql(address, "INSERT INTO refs VALUES ('gone')", "DROP TABLE gone");

        refused(address, FailureCode.SOURCE_UNSUPPORTED).hasMessageContaining("public.refs.r");
    }

    @Test
    void noServerAndNoDatabaseAreUnreachable() {
        refused(DatabaseAddress.parse("postgresql://x@127.0.0.1:1/x"), FailureCode.SOURCE_UNREACHABLE)
                .hasMessageContaining("127.0.0.1:1/x at 127.0.0.1:1 (")
                .hasMessageContaining("refused");
        refused(DatabaseAddress.parse("postgresql://x@[::1]:1/x"), FailureCode.SOURCE_UNREACHABLE)
                .hasMessageContaining("[::1]:1/x at [0:0:0:0:0:0:0:1]:1 (");
        refused(DatabaseAddress.parse("postgresql://x@nowhere.invalid:1/x"), FailureCode.SOURCE_UNREACHABLE)
                .hasMessageContaining("nowhere.invalid:1/x, whose host name has no address");
        refused(Databases.server().withDatabase("no such"), FailureCode.SOURCE_UNREACHABLE)
                .hasMessageContaining("\"no such\" does not exist");
        refused(Databases.server().withUser("no_such"), FailureCode.SOURCE_AUTHENTICATION_FAILED);
    }

    @Test
    void missingAndOldToolsAreDifferent() throws IOException {
        DatabaseAddress address = Databases.fresh();
        assertThatThrownBy(() -> new PostgresEngine(PostgresTools.find(directory))
                        .open(address, PasswordSupplier.none(), Databases.OPTIONS))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.TOOL_MISSING))
                .hasMessageContaining("apt install postgresql-client-15");

        Path old = directory.resolve("pg_dump");
        Files.writeString(old, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 13.4'\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> new PostgresEngine(PostgresTools.find(directory))
                        .open(address, PasswordSupplier.none(), Databases.OPTIONS))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.TOOL_TOO_OLD))
                .hasMessageContaining("15")
                .hasMessageContaining("13");
    }

    @Test
    void aToolThatIsJustBeingInstalledIsAskedAgain() throws Exception {
        Path tool = directory.resolve("psql");
        Files.writeString(tool, "#!/bin/sh\necho 'psql (PostgreSQL) 15.4'\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        Thread installation;
        try (OutputStream writing = Files.newOutputStream(tool, StandardOpenOption.APPEND)) {
            installation = Thread.ofVirtual().start(() -> closeLater(writing));
            assertThat(PostgresTools.major(tool)).isEqualTo(15);
        }
        installation.join();
    }

    private static void closeLater(OutputStream writing) {
        LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
        try {
            writing.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aScopeLeavesOutWhatItSaysAndRefusesWhatItDoesNotKnow() throws IOException {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(
                address,
                "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.kept (id int); CREATE TABLE a.\"Out\" (id int);"
                        + " CREATE TABLE a.empty (id int); CREATE TABLE b.other (id int); INSERT INTO a.empty VALUES (1)");
        QualifiedName empty = new QualifiedName("a", "empty");
        BackupScope scope =
                new BackupScope(Set.of("a"), Set.of(), Set.of(new QualifiedName("a", "Out")), Set.of(empty));

        try (Snapshot snapshot =
                Databases.ENGINE.open(address, PasswordSupplier.none(), Databases.OPTIONS.withScope(scope))) {
            assertThat(snapshot.shape().tables())
                    .extracting(TableDescriptor::name)
                    .containsExactly(empty, new QualifiedName("a", "kept"));
            Databases.Backup backup = Databases.backup(snapshot);
            assertThat(backup.prints()).containsOnlyKeys(new QualifiedName("a", "kept"));
        }
        BackupScope typo = new BackupScope(Set.of("A"), Set.of(), Set.of(), Set.of(new QualifiedName("a", "emtpy")));
        assertThatThrownBy(() ->
                        Databases.ENGINE.open(address, PasswordSupplier.none(), Databases.OPTIONS.withScope(typo)))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID))
                .hasMessageContaining("A, a.emtpy");
    }

    @Test
    void theSequenceOfAnIdentityColumnIsLeftOutWithItsTableAndASerialOnesIsNot() throws IOException {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(
                address,
                "CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO kept DEFAULT VALUES",
                "CREATE TABLE audit (id int GENERATED ALWAYS AS IDENTITY, n serial); INSERT INTO audit DEFAULT VALUES");
        BackupScope scope = new BackupScope(Set.of(), Set.of(), Set.of(new QualifiedName("public", "audit")), Set.of());

        try (Snapshot snapshot =
                        Databases.ENGINE.open(address, PasswordSupplier.none(), Databases.OPTIONS.withScope(scope));
                TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none())) {
            assertThat(snapshot.shape().sequences())
                    .extracting(sequence -> sequence.name().name())
                    .containsExactly("audit_n_seq", "kept_id_seq");
            String restored = Databases.restore(target, Databases.backup(snapshot));
            assertThat(Databases.query(
                            Databases.server().withDatabase(restored),
                            "SELECT relname FROM pg_class WHERE relkind = 'S' ORDER BY 1"))
                    .containsExactly("audit_n_seq", "kept_id_seq");
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(DatabaseAddress address, FailureCode code) {
        return refused(address, Databases.OPTIONS, code);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(
            DatabaseAddress address, SnapshotOptions options, FailureCode code) {
        return assertThatThrownBy(() -> Databases.ENGINE.open(address, PasswordSupplier.none(), options))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }
}
