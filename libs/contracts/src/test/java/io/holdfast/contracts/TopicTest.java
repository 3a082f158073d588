package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TopicTest {

    @Test
    void everyTypeCanBeFoundByItsNameOnEachTopicThatCarriesIt() {
        for (Topic topic : Topic.values()) {
            assertThat(Topic.named(topic.topicName())).contains(topic);
            assertThat(topic.types()).isNotEmpty().doesNotHaveDuplicates();
            topic.types()
                    .forEach(type ->
                            assertThat(topic.classOf(Topic.typeOf(type))).contains(type));
        }
    }

    @Test
    void namesOfTypesAreUnique() {
        assertThat(Contract.types().stream().map(Topic::typeOf)).doesNotHaveDuplicates();
    }

    @Test
    void aTypeIsNotFoundWhereItDoesNotBelong() {
        assertThat(Topic.BACKUP_EVENTS.classOf("io.holdfast.RestoreCompleted.v1"))
                .isEmpty();
        assertThat(Topic.BACKUP_EVENTS.classOf("io.holdfast.BackupCompleted.v2"))
                .isEmpty();
        assertThat(Topic.BACKUP_EVENTS.classOf("io.holdfast.RequestRejected.v1"))
                .contains(RequestRejected.class);
        assertThat(Topic.named("holdfast.backup.requests.v1.dlq")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> Topic.typeOf(BackupEvent.class));
    }

    @Test
    void requestsAreWhatOthersAskOfHoldfast() {
        assertThat(Topic.values())
                .filteredOn(Topic::isRequests)
                .containsExactly(Topic.BACKUP_REQUESTS, Topic.RESTORE_REQUESTS, Topic.VERIFICATION_REQUESTS);
    }
}
