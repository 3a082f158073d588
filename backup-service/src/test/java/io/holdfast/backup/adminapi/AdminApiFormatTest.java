package io.holdfast.backup.adminapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.backup.adminapi.AdminApiAnswers.Cleanup;
import io.holdfast.backup.adminapi.AdminApiAnswers.CronAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.DeletedAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.ErrorAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.ListAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.TakenAnswer;
import io.holdfast.backup.adminapi.AdminApiAnswers.TakenBackup;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.BackupContents.Name;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies, byte for byte as the runbooks that call these endpoints have them. */
class AdminApiFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Name> TABLES =
            List.of(new Name("public", "clients"), new Name("public", "users"), new Name("public", "projects"));

    @Test
    void aTakenBackupHasTheFormOfTheRunbook() throws JsonProcessingException {
        TakenBackup taken = AdminApiFormat.taken(Instant.parse("2024-01-15T14:30:00Z"), 1_048_576, TABLES);

        assertThat(pretty(new TakenAnswer(true, taken))).isEqualTo("""
                {
                  "success" : true,
                  "backup" : {
                    "key" : "backups/database-2024-01-15-14-30-00.sql",
                    "timestamp" : "2024-01-15T14:30:00.000Z",
                    "size" : 1048576,
                    "size_kb" : "1024.00",
                    "tables" : [ "clients", "users", "projects" ]
                  }
                }""");
    }

    @Test
    void theListHasTheFormOfTheRunbook() throws JsonProcessingException {
        var listed = AdminApiFormat.listed(
                Instant.parse("2024-01-15T02:00:00Z"),
                Instant.parse("2024-01-15T02:00:05.123456Z"),
                new BackupTotals(13, 1, 1_048_576, 5, 0));

        assertThat(pretty(new ListAnswer(List.of(listed), 1))).isEqualTo("""
                {
                  "backups" : [ {
                    "key" : "backups/database-2024-01-15-02-00-00.sql",
                    "uploaded" : "2024-01-15T02:00:05.123Z",
                    "size" : 1048576,
                    "size_kb" : "1024.00",
                    "size_mb" : "1.00",
                    "metadata" : {
                      "backup-timestamp" : "2024-01-15T02:00:00.000Z",
                      "backup-size" : "1048576",
                      "tables-count" : "13"
                    }
                  } ],
                  "total" : 1
                }""");
    }

    @Test
    void theOthersHaveTheFormOfTheRunbook() throws JsonProcessingException {
        TakenBackup taken = AdminApiFormat.taken(Instant.parse("2024-01-15T02:00:00Z"), 1_048_576, TABLES);

        assertThat(JSON.writeValueAsString(new DeletedAnswer(true, 5)))
                .isEqualTo("{\"success\":true,\"deleted_count\":5}");
        assertThat(JSON.writeValueAsString(new CronAnswer(true, taken, new Cleanup(2))))
                .startsWith("{\"success\":true,\"backup\":{\"key\":\"backups/database-2024-01-15-02-00-00.sql\",")
                .endsWith("\"tables\":[\"clients\",\"users\",\"projects\"]},\"cleanup\":{\"deleted_count\":2}}");
        assertThat(JSON.writeValueAsString(new ErrorAnswer("no"))).isEqualTo("{\"error\":\"no\"}");
    }

    @Test
    void tablesOutsideOfTheDefaultSchemaHaveTheirSchema() {
        List<Name> names =
                List.of(new Name("", "notes"), new Name("main", "tags"), new Name("app", "users"), TABLES.getFirst());

        assertThat(AdminApiFormat.taken(Instant.EPOCH, 0, names).tables())
                .containsExactly("notes", "tags", "app.users", "clients");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.00,0.00",
        "1,0.00,0.00",
        "1536,1.50,0.00",
        "5242880,5120.00,5.00",
        "12345678901,12056327.05,11773.76"
    })
    void sizesHaveTwoDecimals(long bytes, String kb, String mb) {
        var listed = AdminApiFormat.listed(Instant.EPOCH, Instant.EPOCH, new BackupTotals(1, 1, bytes, 1, 0));

        assertThat(listed.sizeKb()).isEqualTo(kb);
        assertThat(listed.sizeMb()).isEqualTo(mb);
    }

    @ParameterizedTest
    @ValueSource(strings = {"backups/database-2024-01-15-14-30-00.sql", "database-2024-01-15-14-30-00.sql"})
    void aKeyIsReadWithAndWithoutItsFolder(String key) {
        assertThat(BackupKey.second(key)).isEqualTo("2024-01-15T14:30:00Z");
        assertThat(BackupKey.of(Instant.parse("2024-01-15T14:30:00.999Z")))
                .isEqualTo("backups/database-2024-01-15-14-30-00.sql");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "database.sql",
                "database-2024-02-30-14-30-00.sql",
                "database-2024-01-15-14-30-00.sql.gz",
                "../database-2024-01-15-14-30-00.sql"
            })
    void aTextThatIsNoKeyIsRefused(String key) {
        assertThatThrownBy(() -> BackupKey.second(key))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.REQUEST_INVALID));
    }

    private static String pretty(Object answer) throws JsonProcessingException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer);
    }
}
