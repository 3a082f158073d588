package io.holdfast.audit.activity;

import io.holdfast.devstack.DevStackResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A stack on which events were published before the service ever started. */
public final class Backlog implements QuarkusTestResourceLifecycleManager {
    static final int ROUNDS = 20;

    private final DevStackResource stack = new DevStackResource();

    @Override
    public void init(Map<String, String> arguments) {
        stack.init(Map.of("service", "audit"));
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> config = stack.start();
        try (Bus bus = new Bus(Objects.requireNonNull(config.get("kafka.bootstrap.servers")))) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (Samples.Sample sample : Samples.audited()) {
                    records.add(Samples.record(sample, "backlog-" + sample.topic() + sample.name() + round));
                }
            }
            bus.send(records);
        }
        return config;
    }

    @Override
    public void inject(TestInjector injector) {
        stack.inject(injector);
    }

    @Override
    public void stop() {
        stack.stop();
    }
}
