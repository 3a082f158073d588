package io.holdfast.restore.switchover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.saga.Asking;
import io.holdfast.restore.saga.Bus;
import io.holdfast.restore.saga.Desk;
import io.holdfast.restore.saga.Shop;
import io.holdfast.restore.saga.Site;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteDataSource;

/** A source that is a file comes back as a file beside it. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class SqliteTest {
    private static final SourceRef NOTES = new SourceRef(SourceId.next(InstantSource.system()), "notes");
    private static boolean backedUp;

    @Inject
    Shop shop;

    @Inject
    Site site;

    @Inject
    Bus bus;

    @BeforeEach
    void backUp() throws SQLException {
        if (!backedUp) {
            query(
                    site.notes(),
                    "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)",
                    "INSERT INTO notes (body) VALUES ('one'), ('two')");
            shop.verdict(NOTES, backup(), Proof.Outcome.PROVEN);
            backedUp = true;
        }
    }

    private Manifest backup(String... labels) {
        BackupMetadata backupMetadata = new BackupMetadata(
                "notes",
                List.of(labels).contains("safety") ? BackupKind.SAFETY : BackupKind.MANUAL,
                List.of(labels),
                BackupScope.everything(),
                Instant.now());
        BackupId id = BackupId.next(InstantSource.system());
        try (Snapshot snapshot = new SqliteEngine().source(site.notes()).open(SnapshotOptions.defaults());
                BackupWriter writer = shop.vault.write(NOTES.id(), id, WriteOptions.STANDARD)) {
            return SnapshotUploader.run(snapshot, writer, 2, backupMetadata, TransferListener.NONE);
        }
    }

    @Test
    void rowsGoBackIntoTheLiveFileAfterApprovalAndSafetyBackupAndARollbackTakesThemAwayAgain() throws Exception {
        query(
                site.notes(),
                "DELETE FROM notes WHERE id = 1",
                "UPDATE notes SET body = 'garbled' WHERE id = 2",
                "INSERT INTO notes (id, body) VALUES (3, 'three')");

        String id = Desk.ask("ann", "notes", "{\"kind\":\"merge\",\"mode\":\"MERGE\"}", ",\"tables\":[\"notes\"]")
                .statusCode(202)
                .extract()
                .path("id");
        Desk.awaitState(id, RestoreState.AWAITING_APPROVAL);
        Desk.tell("ben", id, "approval").statusCode(202);
        Desk.awaitState(id, RestoreState.SAFETY);
        assertThat(bodies()).containsExactly("garbled", "three");
        safetyBackupMade(id);

        Desk.awaitState(id, RestoreState.WATCHING);
        assertThat(bodies()).containsExactly("one", "two", "three");
        JsonPath restore = Asking.shown(id);
        assertThat(restore.getInt("difference.tables[0].missing.count")).isEqualTo(1);
        assertThat(restore.getInt("writes.tables[0].inserted")).isEqualTo(1);
        assertThat(restore.getInt("writes.tables[0].updated")).isEqualTo(1);
        assertThat(restore.getInt("differenceAfter.tables[0].changed.count")).isZero();
        Desk.tell("ann", id, "rollback").statusCode(202);
        Desk.awaitState(id, RestoreState.ROLLED_BACK);
        assertThat(bodies()).containsExactly("garbled", "three");
        assertThat(query(site.notes(), "SELECT name FROM sqlite_schema")).containsExactly("notes");
    }

    private List<String> bodies() throws SQLException {
        return query(site.notes(), "SELECT body FROM notes ORDER BY id");
    }

    /** What backup-service would do about the safety backup of a restore. */
    private void safetyBackupMade(String id) {
        var asked = bus.await(
                Topic.BACKUP_REQUESTS,
                BackupRequest.Requested.class,
                request -> request.labels().contains("before-restore-" + id));
        Manifest made = backup(asked.labels().toArray(new String[0]));
        bus.send(
                Topic.BACKUP_EVENTS,
                new BackupEvent.Completed(
                        made.backup(),
                        NOTES,
                        BackupKind.SAFETY,
                        asked.labels(),
                        null,
                        "sqlite",
                        "3",
                        made.contents().snapshotAt(),
                        Instant.now(),
                        1,
                        new BackupTotals(1, 1, 1, 1, 0),
                        false,
                        List.of()),
                UUID.randomUUID().toString(),
                Map.of("correlationid", SafetyBackups.CORRELATION + id));
    }

    @Test
    void aFileComesBackBesideTheSourcesOwn() throws Exception {
        JsonPath restore = Asking.ended(Asking.accepted("notes", "notes_back.db", "", "notes"));

        assertThat(restore.getString("state")).isEqualTo("COMPLETED");
        Path back = site.notes().resolveSibling("notes_back.db");
        assertThat(query(back, "SELECT body FROM notes ORDER BY id")).containsExactly("one", "two");
        try (var files = Files.list(back.getParent())) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .noneMatch(name -> name.startsWith("holdfast_restore_"));
        }
    }

    @Test
    void aFileThatIsThereIsNotTouched() throws Exception {
        Path taken = Files.writeString(site.notes().resolveSibling("taken.db"), "somebody's");
        byte[] before = Files.readAllBytes(site.notes());

        JsonPath restore = Asking.ended(Asking.accepted("notes", "taken.db", "", "notes"));

        assertThat(restore.getString("reason.code")).isEqualTo("TARGET_EXISTS");
        assertThat(taken).hasContent("somebody's");
        Asking.ask("notes", "notes.db", "", "notes").statusCode(409);
        assertThat(Files.readAllBytes(site.notes())).isEqualTo(before);
    }

    @Test
    void aPathIsNoName() {
        Asking.ask("notes", "../notes.db", "", "notes").statusCode(400);
    }

    @Test
    void aLinkThatLeadsOutOfTheFolderIsNoTarget() throws Exception {
        Files.createSymbolicLink(site.notes().resolveSibling("way-out.db"), Path.of("/nonexistent/x.db"));

        for (String name : List.of("way-out.db", "..", ".")) {
            Asking.ask("notes", name, "", "notes").statusCode(403).body("detail", containsString("sqlite.folders"));
        }
    }

    @Test
    void aBackupOfAFileCannotBecomeADatabaseOfAServer() {
        JsonPath restore = Asking.ended(Asking.accepted("notes", "notes_on_a_server", "", "shop"));

        assertThat(restore.getString("reason.code")).isEqualTo("TARGET_UNSUITABLE");
    }

    private static List<String> query(Path file, String... statements) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        List<String> found = new ArrayList<>();
        try (Connection connection = source.getConnection();
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                if (sql.execute(statement)) {
                    try (ResultSet rows = sql.getResultSet()) {
                        while (rows.next()) {
                            found.add(rows.getString(1));
                        }
                    }
                }
            }
        }
        return found;
    }
}
