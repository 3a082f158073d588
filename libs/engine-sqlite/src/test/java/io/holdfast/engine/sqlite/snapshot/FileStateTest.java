package io.holdfast.engine.sqlite.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteFile;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateTest {
    private static final SnapshotOptions OPTIONS =
            SnapshotOptions.defaults().withReaders(1).withChangeRange(1);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void create() {
        file = SqliteFile.create(
                directory.resolve("notes.db"),
                "CREATE TABLE t (id INTEGER PRIMARY KEY, x)",
                "INSERT INTO t VALUES (1, 2)");
    }

    @Test
    void anUnchangedFileIsUnchanged() {
        ChangeMark earlier = settled();

        assertThat(unchanged(earlier, OPTIONS)).isTrue();
        assertThat(mark(OPTIONS.withChangeRange(0)))
                .as("changes are not recorded")
                .isEmpty();
    }

    @Test
    void aFileThatWasWrittenJustNowHasNoState() {
        SqliteFile.run(file, "UPDATE t SET x = 3");

        assertThat(mark(OPTIONS)).isEmpty();
    }

    @Test
    void aWriteChangesTheStateThoughSizeAndTimeAreSetBack() throws Exception {
        ChangeMark earlier = settled();
        FileTime time = Files.getLastModifiedTime(file);

        SqliteFile.run(file, "UPDATE t SET x = 3");
        Files.setLastModifiedTime(file, time);

        assertThat(unchanged(earlier, OPTIONS)).isFalse();
        assertThat(settled()).isNotEqualTo(earlier);
    }

    /** Of a log, pages are written to the file without a new change counter. */
    @Test
    void aWriteBehindTheHeaderChangesTheState() throws Exception {
        ChangeMark earlier = settled();
        FileTime time = Files.getLastModifiedTime(file);

        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(raw.length() - 1);
            raw.write(7);
        }
        Files.setLastModifiedTime(file, time);

        assertThat(settled()).isNotEqualTo(earlier);
    }

    @Test
    void aWriteThroughALogChangesTheState() throws SQLException {
        SqliteFile.run(file, "PRAGMA journal_mode = WAL");
        ChangeMark earlier = settled();

        try (Connection application = SqliteFile.connect(file)) {
            SqliteFile.run(application, "UPDATE t SET x = 3");
            assertThat(mark(OPTIONS)).as("rows are in the log").isEmpty();
        }

        assertThat(settled()).isNotEqualTo(earlier);
    }

    @Test
    void anotherFileWithTheSameBytesIsAnotherState() throws Exception {
        ChangeMark earlier = settled();
        Path other = Files.copy(file, directory.resolve("other.db"), StandardCopyOption.COPY_ATTRIBUTES);

        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(settled()).isNotEqualTo(earlier);
    }

    @Test
    void anotherScopeIsAnotherState() {
        ChangeMark earlier = settled();
        BackupScope withoutRows = new BackupScope(Set.of(), Set.of(), Set.of(), Set.of(new QualifiedName("main", "t")));

        assertThat(unchanged(earlier, OPTIONS.withScope(withoutRows))).isFalse();
    }

    private ChangeMark settled() {
        return await().until(() -> mark(OPTIONS), Optional::isPresent).orElseThrow();
    }

    private Optional<ChangeMark> mark(SnapshotOptions options) {
        try (SqliteSnapshot snapshot = SnapshotOpener.ofLive(file, options)) {
            return snapshot.mark();
        }
    }

    private boolean unchanged(ChangeMark earlier, SnapshotOptions options) {
        try (SqliteSnapshot snapshot = SnapshotOpener.ofLive(file, options)) {
            return snapshot.plan().stream()
                            .flatMap(task -> task.parts().stream())
                            .allMatch(snapshot.changesSince(earlier).unchanged())
                    && snapshot.changesSince(earlier).doubt().isEmpty();
        }
    }
}
