package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hibernate.reactive.mutiny.Mutiny;

/** Does for each subject what its test says. */
@Singleton
class TestJobs implements JobHandler {
    static final String KIND = "test";

    /** What a test does as a worker. */
    interface Work {
        void run(Lease lease) throws Exception;
    }

    final ConcurrentHashMap<String, Work> work = new ConcurrentHashMap<>();
    final CopyOnWriteArrayList<String> started = new CopyOnWriteArrayList<>();
    final CopyOnWriteArrayList<String> lastLooks = new CopyOnWriteArrayList<>();
    final ConcurrentHashMap<String, HoldfastException> failures = new ConcurrentHashMap<>();

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int concurrency() {
        return 4;
    }

    @Override
    public void run(Lease lease) throws Exception {
        started.add(lease.subject());
        work.getOrDefault(lease.subject(), ignored -> {}).run(lease);
    }

    @Override
    public void beforeEnding(Lease lease) {
        lastLooks.add(lease.subject());
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        failures.put(lease.subject(), holdfastException);
        return session.createNativeQuery("update demo set effects = -1 where name = ?1")
                .setParameter(1, lease.subject())
                .executeUpdate()
                .replaceWithVoid();
    }

    @Override
    public boolean retryable(HoldfastException holdfastException) {
        return holdfastException.code() == FailureCode.SOURCE_UNREACHABLE;
    }

    @Override
    public boolean awaitsEnd(HoldfastException outage) {
        return JobOutage.isOfVault(outage);
    }

    @Override
    public Duration backoff(int attempt, Duration unit) {
        return unit;
    }

    List<String> startsOf(String subject) {
        return started.stream().filter(subject::equals).toList();
    }

    FailureCode codeOf(String subject) {
        return Objects.requireNonNull(failures.get(subject), "it was told no failure")
                .code();
    }
}
