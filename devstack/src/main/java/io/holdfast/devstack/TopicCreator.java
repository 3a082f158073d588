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
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The platform's topics, created at start: a consumer of a topic that is missing would warn, and wait for its metadata to age. */
final class TopicCreator {
    private static final int PARTITIONS = 3;
    private static final short REPLICAS = 1;
    /** A service without its database reads every token again. */
    private static final Map<String, String> TOKEN_CONFIG = Map.of("cleanup.policy", "compact");

    private static final Map<String, String> PROGRESS_CONFIG = Map.of(
            "retention.ms", Long.toString(Duration.ofHours(1).toMillis()),
            "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));

    /** The largest source message (Kafka's default) plus room for the headers that say why it is dead. */
    private static final Map<String, String> DEAD_LETTER_CONFIG =
            Map.of("max.message.bytes", Integer.toString(1_048_588 + 65_536));

    private TopicCreator() {}

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

    /** Asks every partition's leader for its end, until each has one: a broker does not know at once what it has created. */
    private static void awaitLeaders(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (NewTopic topic : wanted()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!areLed(admin, ends)) {
            if (System.nanoTime() > until) {
                throw new TimeoutException("topics are not there yet");
            }
            Thread.sleep(100);
        }
    }

    private static boolean areLed(Admin admin, Map<TopicPartition, OffsetSpec> ends)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    private static List<NewTopic> wanted() {
        List<NewTopic> topics = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            NewTopic source = new NewTopic(topic.topicName(), PARTITIONS, REPLICAS);
            topics.add(
                    switch (topic) {
                        case PROGRESS -> source.configs(PROGRESS_CONFIG);
                        case TOKENS -> source.configs(TOKEN_CONFIG);
                        default -> source;
                    });
            topics.add(new NewTopic(topic.deadLetterName(), PARTITIONS, REPLICAS).configs(DEAD_LETTER_CONFIG));
        }
        return topics;
    }
}
