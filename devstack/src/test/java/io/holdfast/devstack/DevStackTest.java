package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A fresh stack is real: what is written is read back, and what must be refused is. */
class DevStackTest {
    private static DevStack stack;

    @BeforeAll
    static void start() {
        stack = DevStack.start(StackOptions.temporary());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void aMessageSentIsReceived() throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", stack.addresses().kafka()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>("holdfast.backup.requests.v1", "portal", "hello"))
                    .get(60, TimeUnit.SECONDS);
        }

        assertThat(firstOf("holdfast.backup.requests.v1").value()).isEqualTo("hello");
    }

    @Test
    void everyTopicHasItsDeadLettersAndProgressIsKeptForAnHour() throws Exception {
        try (Admin admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", stack.addresses().kafka()))) {
            Set<String> topics = admin.listTopics().names().get(60, TimeUnit.SECONDS);

            assertThat(topics).contains("holdfast.alerts.v1", "holdfast.alerts.v1.dlq", "holdfast.progress.v1");
            assertThat(setting(admin, "holdfast.progress.v1", "retention.ms")).isEqualTo("3600000");
            assertThat(Integer.parseInt(setting(admin, "holdfast.alerts.v1.dlq", "max.message.bytes")))
                    .isGreaterThan(Integer.parseInt(setting(admin, "holdfast.alerts.v1", "max.message.bytes")));
        }
    }

    @Test
    void aServiceWritesItsOwnSchemaAndNoOther() throws SQLException {
        try (Connection backup = connect(Service.BACKUP)) {
            backup.createStatement().execute("create table t (id int)");
            try (ResultSet found =
                    backup.createStatement().executeQuery("select 't'::regclass::oid = 'backup.t'::regclass")) {
                assertThat(found.next() && found.getBoolean(1)).isTrue();
            }
        }
        try (Connection audit = connect(Service.AUDIT)) {
            assertThatThrownBy(() -> audit.createStatement().execute("select * from backup.t"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> audit.createStatement().execute("create table public.t (id int)"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void anObjectNeedsTheRightSecret() {
        try (S3Client right = s3(stack.addresses().s3().secretKey());
                S3Client wrong = s3("wrong")) {
            right.putObject(put -> put.bucket("holdfast").key("a").ifNoneMatch("*"), RequestBody.fromString("x"));

            assertThat(right.getObjectAsBytes(get -> get.bucket("holdfast").key("a"))
                            .asUtf8String())
                    .isEqualTo("x");
            assertThatThrownBy(
                            () -> wrong.putObject(put -> put.bucket("holdfast").key("b"), RequestBody.fromString("x")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
            assertThatThrownBy(() -> right.putObject(
                            put -> put.bucket("holdfast").key("a").ifNoneMatch("*"), RequestBody.fromString("y")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        }
    }

    private static ConsumerRecord<String, String> firstOf(String topic) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", stack.addresses().kafka(), "group.id", "test", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            return consumer.poll(Duration.ofSeconds(60)).iterator().next();
        }
    }

    private static String setting(Admin admin, String topic, String name) throws Exception {
        var resource = new org.apache.kafka.common.config.ConfigResource(
                org.apache.kafka.common.config.ConfigResource.Type.TOPIC, topic);
        var config = admin.describeConfigs(List.of(resource)).all().get(60, TimeUnit.SECONDS);
        return Objects.requireNonNull(config.get(resource)).get(name).value();
    }

    private static Connection connect(Service service) throws SQLException {
        StackAddresses.Postgres postgres = stack.addresses().postgres();
        StackAddresses.Login login =
                Objects.requireNonNull(stack.addresses().logins().get(service));
        return DriverManager.getConnection(postgres.jdbcUrl(postgres.database()), login.username(), login.password());
    }

    private static S3Client s3(String secret) {
        StackAddresses.S3 s3 = stack.addresses().s3();
        return S3Client.builder()
                .endpointOverride(URI.create(s3.endpoint()))
                .region(Region.of(s3.region()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), secret)))
                .build();
    }
}
