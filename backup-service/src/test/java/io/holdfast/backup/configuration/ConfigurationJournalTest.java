package io.holdfast.backup.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Bus;
import io.holdfast.backup.Service;
import io.holdfast.backup.alert.AlertBook;
import io.holdfast.config.ConfigKeys;
import io.holdfast.eventing.config.ConfigStatus;
import io.holdfast.eventing.outbox.Outbox;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each journal of these tests is a replica of its own. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class ConfigurationJournalTest extends Service {
    private final String first = "first-" + UUID.randomUUID();
    private final String second = "second-" + UUID.randomUUID();
    private final String third = "third-" + UUID.randomUUID();
    private final Instant start = Instant.now();
    private Instant now = start;

    @Inject
    Outbox outbox;

    @Inject
    AlertBook alerts;

    @Inject
    Event<ConfigurationRecorded> recordings;

    @BeforeEach
    void theFirstFileIsRecorded() {
        sql("create table configuration_before as select * from configuration");
        replica().record(status(first));
    }

    @AfterEach
    void restore() {
        sql("update configuration c set digest = b.digest, keys = b.keys, former = b.former, refused = b.refused"
                + " from configuration_before b");
        sql("drop table configuration_before");
    }

    @Test
    void twoReplicasPublishAChangeOnce() {
        ConfigurationJournal one = replica();
        ConfigurationJournal two = replica();
        one.record(status(first));
        two.record(status(first));

        one.record(status(second));
        two.record(status(second));

        two.record(status(third));
        bus.await(reloaded(second, third));
        assertThat(bus.heard(reloaded(first, second))).hasSize(1);
        assertThat(bus.heard(to(first))).hasSize(1);
    }

    @Test
    void aChangeThatWasMadeWhileTheServiceWasDownIsPublishedOnceAtItsStart() {
        replica().record(status(second));
        replica().record(status(second));

        replica().record(status(third));
        bus.await(reloaded(second, third));
        assertThat(bus.heard(to(second))).hasSize(1);
    }

    @Test
    void aReplicaThatStartsWithAnOlderFileRecordsItOnlyIfTheFileStays() {
        replica().record(status(second));
        ConfigurationJournal late = replica();

        late.record(status(first));
        now = start.plus(Duration.ofMinutes(4));
        late.record(status(first));

        replica().record(status(third));
        bus.await(reloaded(second, third));
        assertThat(bus.heard(reloaded(second, first))).isEmpty();
        now = start.plus(Duration.ofMinutes(5));
        late.record(status(first));
        bus.await(reloaded(third, first));
    }

    @Test
    void aFormerFileThatIsPutBackWhileAReplicaRunsIsRecordedAtOnce() {
        ConfigurationJournal one = replica();
        one.record(status(second));

        one.record(status(first));

        bus.await(reloaded(second, first));
    }

    private ConfigurationJournal replica() {
        return new ConfigurationJournal(database, outbox, alerts, recordings, () -> now, Duration.ofMinutes(5));
    }

    /** Of a replica that loaded the file when the test began. */
    private ConfigStatus status(String digest) {
        var effective = new ConfigStatus.Effective(digest, ConfigKeys.stored(Map.of("holdfast.test", digest)), start);
        return new ConfigStatus(effective, null, List.of());
    }

    private static Predicate<Bus.Heard> to(String digest) {
        return event -> event.type().equals("ConfigurationReloaded")
                && digest.equals(event.data().getString("digest"));
    }

    private static Predicate<Bus.Heard> reloaded(String former, String digest) {
        return to(digest).and(event -> former.equals(event.data().getString("formerDigest")));
    }
}
