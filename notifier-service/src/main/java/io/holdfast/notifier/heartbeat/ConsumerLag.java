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

/** How many records of its topics the service has not read yet. */
@ApplicationScoped
class ConsumerLag {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Object> broker;
    private final String group;
    private @Nullable Admin admin;

    ConsumerLag(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            @ConfigProperty(name = "quarkus.application.name") String group) {
        this.broker = broker;
        this.group = group;
    }

    /**
     * Records that no replica has read yet. Blocks for at most some seconds.
     *
     * @throws TimeoutException if the broker does not answer
     * @throws ExecutionException if it refuses
     */
    long records() throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> read = open().listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        read.forEach((partition, offset) -> {
            if (offset != null) {
                wanted.put(partition, OffsetSpec.latest());
            }
        });
        var ends = open().listOffsets(wanted).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        long behind = 0;
        for (var end : ends.entrySet()) {
            OffsetAndMetadata offset = read.get(end.getKey());
            behind += offset == null ? 0 : Math.max(0, end.getValue().offset() - offset.offset());
        }
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
