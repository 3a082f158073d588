package io.holdfast.devstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real clients of each Kafka user have exactly the rights of deploy/kafka/acls.conf. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaAccessTest {
    private static final List<String> TOPICS = Stream.of(Topic.values())
            .flatMap(topic -> Stream.of(topic.topicName(), topic.deadLetterName()))
            .toList();

    private KafkaRules rules;
    private ComposeBroker broker;
    private Admin admin;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        rules = KafkaRules.read();
        broker = new ComposeBroker(folder);
        admin = Admin.create(broker.superUser());
        admin.createTopics(TOPICS.stream()
                        .map(name -> new NewTopic(name, 1, (short) 1))
                        .toList())
                .all()
                .get(30, TimeUnit.SECONDS);
        admin.createAcls(rules.bindings()).all().get(30, TimeUnit.SECONDS);
        List<UserScramCredentialAlteration> passwords = new ArrayList<>();
        for (String user : rules.users()) {
            ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
            passwords.add(new UserScramCredentialUpsertion(user, scram, broker.password(user)));
        }
        admin.alterUserScramCredentials(passwords).all().get(30, TimeUnit.SECONDS);
        assertThat(writable(broker.superUser())).isEqualTo(new TreeSet<>(TOPICS)); // a record to read in each
    }

    @AfterAll
    void stop() {
        admin.close();
        broker.close();
    }

    @ParameterizedTest
    @EnumSource
    void aServiceWritesAndReadsItsOwnTopicsAlone(Service service) throws Exception {
        String user = service.module();

        assertThat(writable(broker.client(user))).isEqualTo(rules.names(user, "write", "topic"));
        assertThat(readable(broker.client(user))).isEqualTo(rules.names(user, "read", "topic"));
    }

    @Test
    void notifierCannotRequestARestore() throws Exception {
        assertThatThrownBy(() -> write(broker.client("notifier-service"), "holdfast.restore.requests.v1"))
                .isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void auditWritesNothingButDeadLettersOfTokens() throws Exception {
        assertThat(writable(broker.client("audit-service"))).containsExactly("holdfast.tokens.v1.dlq");
    }

    @Test
    void aProducerRequestsAndSeesNothing() throws Exception {
        assertThat(writable(broker.client("producer")))
                .containsExactlyInAnyOrder(
                        "holdfast.backup.requests.v1",
                        "holdfast.restore.requests.v1",
                        "holdfast.verification.requests.v1");
        assertThat(readable(broker.client("producer"))).isEmpty();
    }

    @Test
    void aServiceCommitsOffsetsInItsOwnGroupAlone() throws Exception {
        commit(broker.client("backup-service"), "backup-service");

        assertThatThrownBy(() -> commit(broker.client("backup-service"), "restore-service"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    @Test
    void noServiceChangesTopicsOrRights() throws Exception {
        try (Admin service = Admin.create(broker.client("backup-service"))) {
            assertThatThrownBy(() -> service.createAcls(rules.bindings()).all().get())
                    .hasCauseInstanceOf(ClusterAuthorizationException.class);
            assertThatThrownBy(() -> service.deleteTopics(List.of("holdfast.backup.events.v1"))
                            .all()
                            .get())
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
                .containsExactlyInAnyOrderElementsOf(rules.bindings());
    }

    @Test
    void aWrongPasswordAndAnUnknownUserAreRefused() throws Exception {
        assertThatThrownBy(() -> write(broker.client("backup-service", "guess"), "holdfast.alerts.v1"))
                .isInstanceOf(SaslAuthenticationException.class);
        assertThatThrownBy(() -> write(broker.client("admin", "guess"), "holdfast.alerts.v1"))
                .isInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void theBrokersOwnListenerNeedsACertificate() {
        assertThatThrownBy(() -> write(broker.trusting(9091, "SSL"), "holdfast.alerts.v1"))
                .isInstanceOf(SslAuthenticationException.class);
    }

    private static Set<String> writable(Map<String, Object> client) {
        try (KafkaProducer<byte[], byte[]> producer = producer(client)) {
            return TOPICS.stream()
                    .filter(topic -> isAllowed(() -> write(producer, topic)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> readable(Map<String, Object> client) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client, "none")) {
            return TOPICS.stream()
                    .filter(topic -> isAllowed(() -> read(consumer, topic)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static boolean isAllowed(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof AuthorizationException) {
                    return false;
                }
            }
            throw new AssertionError(e);
        }
    }

    private static void write(Map<String, Object> client, String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(client)) {
            write(producer, topic);
        }
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, String topic) throws Exception {
        try {
            producer.send(new ProducerRecord<>(topic, "{}".getBytes(UTF_8))).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** As those of the services: idempotent, acknowledged by all. */
    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
        consumer.assign(partition);
        consumer.seekToBeginning(partition);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(20));
        assertThat(records.count()).as(topic).isPositive();
    }

    private static void commit(Map<String, Object> client, String group) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(client, group)) {
            consumer.commitSync(
                    Map.of(new TopicPartition("holdfast.backup.requests.v1", 0), new OffsetAndMetadata(1)),
                    Duration.ofSeconds(20));
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> client, String group) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("group.id", group);
        settings.put("enable.auto.commit", false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
