package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A worker died in the middle: its rows say so, and nobody renews its lease. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class TakeoverTest extends Service {

    @Test
    void aBackupWhoseWorkerDiedBeforeTheCommitIsTakenAgainAndCompletedOnce() throws SQLException {
        String id = Backups.stored("shop");
        String manifest = manifestOf(id);
        bed.objects.delete(manifest);

        pretendItsWorkerDied(id);

        Backups.await(id, "STORED");
        assertThat(bed.keys()).contains(manifest);
        assertThat(Backups.list("correlation=" + Backups.get(id).getString("correlationId"))
                        .getList("items"))
                .hasSize(1);
        assertThat(eventsOf(id)).containsExactly("BackupStarted", "BackupCompleted");
    }

    @Test
    void aBackupWhoseWorkerDiedAfterTheCommitIsOnlyRecorded() throws SQLException {
        String id = Backups.stored("shop");
        JsonPath before = Backups.get(id);
        byte[] manifest = bed.objects.get(manifestOf(id)).orElseThrow();

        pretendItsWorkerDied(id);

        Backups.await(id, "STORED");
        assertThat(bed.objects.get(manifestOf(id))).contains(manifest);
        assertThat(Backups.get(id).getString("snapshotAt")).isEqualTo(before.getString("snapshotAt"));
        assertThat(Backups.get(id).getMap("totals")).isEqualTo(before.getMap("totals"));
    }

    @Test
    void theLeaseIsAsLongAsTheConfigurationSays() throws SQLException {
        String id = Backups.request("slow");
        Backups.awaitState(id, "RUNNING");

        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement();
                ResultSet lease = sql.executeQuery("select extract(epoch from lease_until - clock_timestamp()) from job"
                        + " where state = 'RUNNING' and subject = '" + id + "'")) {
            assertThat(lease.next()).isTrue();
            assertThat(lease.getDouble(1)).isBetween(0.0, 4.0);
        }
        Backups.cancel(id);
    }

    /** Its first life's Completed is forgotten with it: the event has the same id, whoever tells it. */
    private List<String> eventsOf(String id) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> bus.about(id).size() >= 3);
        return bus.about(id).stream()
                .collect(Collectors.toMap(Bus.Heard::id, Bus.Heard::type, (a, b) -> a, LinkedHashMap::new))
                .values()
                .stream()
                .toList();
    }

    private String manifestOf(String id) {
        return bed.keys().stream()
                .filter(key -> key.endsWith(id + ".json"))
                .findFirst()
                .orElseThrow();
    }

    private void pretendItsWorkerDied(String id) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(
                    "update backup set state = 'RUNNING', sequence = 1, completed_at = null where id = '" + id + "'");
            sql.execute("update job set state = 'RUNNING', owner = 'dead', ended_at = null,"
                    + " lease_until = clock_timestamp() - interval '1 second' where subject = '" + id + "'");
        }
    }
}
