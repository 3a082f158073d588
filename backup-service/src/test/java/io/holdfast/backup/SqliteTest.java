package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteDataSource;

/** A source that is a file. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class SqliteTest extends Service {

    @Test
    void aFileIsBackedUpWhileAProgramHasItOpen() throws SQLException, IOException {
        SQLiteDataSource file = new SQLiteDataSource();
        file.setUrl("jdbc:sqlite:" + bed.notes());
        try (Connection program = file.getConnection();
                Statement sql = program.createStatement()) {
            sql.execute("PRAGMA journal_mode = WAL");
            sql.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
            sql.execute("INSERT INTO notes (body) VALUES ('one'), ('two'), ('three')");

            String id = Backups.request("notes");
            JsonPath stored = Backups.await(id, "STORED");

            assertThat(stored.getString("engine")).isEqualTo("sqlite");
            assertThat(stored.getLong("totals.rows")).isEqualTo(3);
            assertThat(stored.getLong("totals.tables")).isEqualTo(1);
            sql.execute("INSERT INTO notes (body) VALUES ('four')");
        } finally {
            Files.deleteIfExists(bed.notes());
        }

        JsonPath failed = Backups.await(Backups.request("notes"), "FAILED");

        assertThat(failed.getString("reason.code")).isEqualTo("SOURCE_UNREACHABLE");
        assertThat(bed.notes()).doesNotExist();
    }
}
