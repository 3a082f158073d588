package io.holdfast.devstack;

import io.holdfast.contracts.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The platform's topics, created at start: a consumer of a topic that is missing would warn, and wait for its metadata to age. */
final class Topics {
    private static final int PARTITIONS = 3;
    private static final short REPLICAS = 1;
    private static final Map<String, String> PROGRESS_CONFIG = Map.of(
            "retention.ms", Long.toString(Duration.ofHours(1).toMillis()),
            "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));

    /** The largest source message (Kafka's default) plus room for the headers that say why it is dead. */
    private static final Map<String, String> DEAD_LETTER_CONFIG =
            Map.of("max.message.bytes", Integer.toString(1_048_588 + 65_536));

    private Topics() {}

    static void create(String bootstrap) throws IOException, InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            Set<String> present = admin.listTopics().names().get(30, TimeUnit.SECONDS);
            List<NewTopic> missing = wanted().stream()
                    .filter(topic -> !present.contains(topic.name()))
                    .toList();
            admin.createTopics(missing).all().get(30, TimeUnit.SECONDS);
            awaitLeaders(admin);
        } catch (TimeoutException e) {
            throw new IOException("the broker at " + bootstrap + " did not answer in 30 s", e);
        }
    }

    /** Asks every partition's leader for its end, which the client repeats until there is one. */
    private static void awaitLeaders(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (NewTopic topic : wanted()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS);
    }

    private static List<NewTopic> wanted() {
        List<NewTopic> topics = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            NewTopic source = new NewTopic(topic.topicName(), PARTITIONS, REPLICAS);
            topics.add(topic == Topic.PROGRESS ? source.configs(PROGRESS_CONFIG) : source);
            topics.add(new NewTopic(topic.deadLetterName(), PARTITIONS, REPLICAS).configs(DEAD_LETTER_CONFIG));
        }
        return topics;
    }
}
