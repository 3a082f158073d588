package io.holdfast.verifier;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** Backups of files are proven in a scratch directory. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class SqliteTest {
    static final SourceRef NOTES = new SourceRef(SourceId.next(InstantSource.system()), "notes");

    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Scratched scratched;

    @TempDir
    Path directory;

    @Test
    void aBackupOfAFileIsProvenAndNothingIsLeft() throws SQLException {
        Manifest manifest = backup(shop, directory, snapshot -> snapshot);

        verify(manifest);

        var passed = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Passed.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(passed.level()).isEqualTo(VerificationLevel.PROVEN);
        assertThat(passed.rows()).isEqualTo(1001);
        await().atMost(Bus.PATIENCE).until(() -> scratched.clusters().isEmpty());
    }

    @Test
    void aBackupThatMissesARowIsNot() throws SQLException {
        Manifest manifest = backup(shop, directory, snapshot -> new Misread(snapshot, "main.notes") {
            @Override
            boolean stored(int row) {
                return row != 17;
            }
        });

        verify(manifest);

        var failed = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Failed.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(failed.reason().code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED);
        assertThat(failed.reason().message()).contains("main.notes");
    }

    static Manifest backup(Shop shop, Path directory, UnaryOperator<Snapshot> misread) throws SQLException {
        Path file = directory.resolve("notes.db");
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        try (Connection connection = source.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT)");
            sql.execute("CREATE INDEX by_body ON notes (body)");
            sql.execute("INSERT INTO notes (body) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 1000) SELECT 'note ' || i FROM n");
        }
        BackupMetadata backupMetadata =
                new BackupMetadata("notes", BackupKind.MANUAL, List.of(), BackupScope.everything(), Instant.now());
        BackupId id = BackupId.next(InstantSource.system());
        try (Snapshot snapshot = new SqliteEngine().source(file).open(SnapshotOptions.defaults());
                BackupWriter writer = shop.vault.write(NOTES.id(), id, WriteOptions.STANDARD)) {
            return SnapshotUploader.run(misread.apply(snapshot), writer, 2, backupMetadata, TransferListener.NONE);
        }
    }

    private static void verify(Manifest manifest) {
        given().contentType(ContentType.JSON)
                .body("{\"backupId\":\"" + manifest.backup() + "\"}")
                .post("/api/verifications")
                .then()
                .statusCode(202);
    }
}
