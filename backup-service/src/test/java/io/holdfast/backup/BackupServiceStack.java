package io.holdfast.backup;

import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.StackAddresses;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The development stack, with databases to protect and a holdfast.yaml that names them. */
public final class BackupServiceStack implements QuarkusTestResourceLifecycleManager {
    private final DevStackResource stack = new DevStackResource();
    private @Nullable Bed bed;

    @Override
    public void init(Map<String, String> arguments) {
        stack.init(Map.of("service", "backup"));
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> config = new HashMap<>(stack.start());
        Bed made = new Bed(addresses());
        made.databases();
        config.put("holdfast.config", made.configuration().toString());
        config.put("holdfast.reload.poll", "100ms");
        config.put("holdfast.reload.missing-after", "2s");
        bed = made;
        return config;
    }

    /** The stack tells its addresses only by injection. */
    private StackAddresses addresses() {
        Wanted wanted = new Wanted();
        stack.inject((value, predicate) -> wanted.set(value));
        return Objects.requireNonNull(wanted.addresses);
    }

    private static final class Wanted {
        private @Nullable StackAddresses addresses;

        void set(Object value) {
            addresses = (StackAddresses) value;
        }
    }

    @Override
    public void inject(TestInjector injector) {
        if (bed != null) {
            injector.injectIntoFields(bed, new TestInjector.MatchesType(Bed.class));
        }
    }

    @Override
    public void stop() {
        if (bed != null) {
            bed.close();
        }
        stack.stop();
    }
}
