package io.holdfast.engine.postgres;

import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest.RowSelection;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A database in use, a backup of it, and what a restore does with both. */
public final class LiveShop {
    public final DatabaseAddress address = Databases.fresh();
    public RestoreId restore = RestoreId.next(InstantSource.system());
    private DatabaseAddress as = address;
    private Duration lockTimeout = Duration.ofMillis(300);
    private String speaking = "RESET ROLE";
    private Databases.Backup backup;

    public LiveShop(String... statements) {
        Databases.sql(address, statements);
        this.backup = backup(address);
    }

    /** Restores as an ordinary role that owns the database's tables; the statements are its own. */
    public static LiveShop ownedBy(String role, String... statements) {
        LiveShop shop = new LiveShop();
        shop.then(
                "DO $$ BEGIN CREATE ROLE " + role + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT CREATE ON SCHEMA public TO " + role,
                "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO " + role
                        + "', current_database()); END $$");
        shop.as(role).speaking = "SET ROLE " + role;
        shop.then(statements);
        return shop.backedUpAgain();
    }

    private static Databases.Backup backup(DatabaseAddress address) {
        try (Snapshot snapshot = Databases.open(address)) {
            return Databases.backup(snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LiveShop backedUpAgain() {
        backup = backup(address);
        return this;
    }

    /** Waits for locks as long as a test may take. */
    public LiveShop patient() {
        lockTimeout = Duration.ofMinutes(5);
        return this;
    }

    /** Tables of the backup. */
    public Set<QualifiedName> names() {
        return backup.prints().keySet();
    }

    /** What restores is this role from now on. */
    public LiveShop as(String role) {
        as = address.withUser(role);
        return this;
    }

    public LiveShop then(String... statements) {
        Databases.sql(
                address,
                Stream.concat(Stream.of(speaking), Stream.of(statements)).toArray(String[]::new));
        return this;
    }

    public List<String> query(String sql) {
        return Databases.query(address, sql);
    }

    public LiveDatabase live() {
        return Databases.ENGINE.source(as, PasswordSupplier.none()).live(lockTimeout);
    }

    public static InPlaceSelection tables(Mode mode, String... tables) {
        return new InPlaceSelection(mode, List.of(tables), List.of(), false);
    }

    public static InPlaceSelection rows(Mode mode, String table, Map<String, String> values) {
        return new InPlaceSelection(mode, List.of(), List.of(new RowSelection(table, values)), false);
    }

    public static InPlaceSelection withParents(InPlaceSelection selection) {
        return new InPlaceSelection(selection.mode(), selection.tables(), selection.rows(), true);
    }

    public InPlacePlan plan(InPlaceSelection selection) {
        return live().plan(selection, backup.shape(), backup.dump());
    }

    public InPlaceStage unloaded(InPlaceSelection selection) {
        return live().stage(restore, selection, backup.shape());
    }

    public InPlaceStage stage(InPlaceSelection selection) {
        InPlaceStage stage = unloaded(selection);
        for (List<TableDescriptor> wanting = stage.wanting(); !wanting.isEmpty(); wanting = stage.wanting()) {
            wanting.forEach(table -> load(stage, table));
        }
        return stage;
    }

    void load(InPlaceStage stage, TableDescriptor table) {
        byte[] rows = backup.rows().getOrDefault(table.name(), new byte[0]);
        stage.load(
                table,
                backup.prints().getOrDefault(table.name(), Fingerprint.EMPTY),
                () -> new ByteArrayInputStream(rows));
    }

    /** Everything from the plan to the end. */
    public InPlaceWriteResult restore(InPlaceSelection selection) {
        plan(selection).refuseIfImpossible();
        InPlaceWriteResult written = stage(selection).apply();
        live().discard(restore);
        restore = RestoreId.next(InstantSource.system());
        return written;
    }

    /** The live database, but for stages. */
    public Map<QualifiedName, Fingerprint> state() {
        live().discard(restore);
        try (Snapshot snapshot = Databases.open(address)) {
            return Databases.fingerprints(snapshot);
        }
    }
}
