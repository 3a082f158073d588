package io.holdfast.notifier.heartbeat;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Whether the consumers of the service read as fast as others write. */
@ApplicationScoped
class ConsumerLag {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Object> broker;
    private final String group;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private @Nullable Admin admin;

    ConsumerLag(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "quarkus.application.name") String group) {
        this.broker = broker;
        this.group = group;
    }

    /**
     * Whether a partition was not read up to where it ended at the call before. Blocks for at most some seconds; call it from
     * one thread.
     *
     * @throws TimeoutException if the broker does not answer
     * @throws ExecutionException if it refuses
     */
    boolean isBehind() throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> read = open().listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        boolean behind = false;
        for (var entry : read.entrySet()) {
            OffsetAndMetadata offset = entry.getValue();
            if (offset != null) {
                wanted.put(entry.getKey(), OffsetSpec.latest());
                behind |= offset.offset() < ends.getOrDefault(entry.getKey(), 0L);
            }
        }
        var now = open().listOffsets(wanted).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        now.forEach((partition, end) -> ends.put(partition, end.offset()));
        return behind;
    }

    private synchronized Admin open() {
        Admin opened = admin;
        if (opened == null) {
            Map<String, Object> settings = new HashMap<>(broker);
            settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "holdfast-lag");
            settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            opened = Admin.create(settings);
            admin = opened;
        }
        return opened;
    }

    @PreDestroy
    synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
