package io.holdfast.transfer.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.transfer.SqliteBench;
import io.holdfast.vault.format.Manifest;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteIncrementTest {
    private static final int NEVER = 1000;

    @TempDir
    Path directory;

    private SqliteBench bench;
    private Manifest first;

    @BeforeEach
    void backUp() {
        bench = new SqliteBench(directory);
        SqliteBench.sql(
                bench.file,
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, body)",
                "INSERT INTO notes VALUES (1, 'one'), (2, x'02')",
                "CREATE TABLE tags (name TEXT)",
                "INSERT INTO tags VALUES ('red')");
        first = await().until(
                        () -> bench.increment(NEVER), manifest -> note(manifest).mark() != null);
    }

    @Test
    void anUnchangedFileIsTakenFromTheBackupBefore() {
        Manifest second = bench.increment(NEVER);

        assertThat(note(second).builtOn()).contains(first.backup().toString());
        assertThat(bench.compare(second, bench.reload(second)).differences()).isEmpty();
    }

    @Test
    void aChangedFileIsRead() {
        SqliteBench.sql(bench.file, "UPDATE notes SET body = 'two' WHERE id = 1");

        Manifest second = bench.increment(NEVER);

        assertThat(note(second).builtOn()).isEmpty();
        assertThat(bench.compare(second, bench.reload(second)).differences()).isEmpty();
        assertThat(second.contents().tables().getFirst().fingerprint())
                .isNotEqualTo(first.contents().tables().getFirst().fingerprint());
    }

    @Test
    void aBackupThatReadsEverythingConfirmsTheOthers() {
        bench.increment(NEVER);

        Manifest third = bench.increment(2);

        assertThat(note(third).confirms()).isTrue();
    }

    private static IncrementNote note(Manifest manifest) {
        return IncrementNote.of(manifest).orElse(IncrementNote.READ_ALL);
    }
}
