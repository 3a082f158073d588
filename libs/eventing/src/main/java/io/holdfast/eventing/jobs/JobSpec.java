package io.holdfast.eventing.jobs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A job to be queued.
 *
 * @param group jobs of one kind and group run at most {@link JobHandler#groupLimit} at a time; null: without that limit
 * @param priority higher ones are claimed first; 0 by default
 */
public record JobSpec(
        String kind,
        String subject,
        Duration delay,
        @Nullable String group,
        int priority) {

    public static JobSpec of(String kind, String subject) {
        return new JobSpec(kind, subject, Duration.ZERO, null, 0);
    }

    public JobSpec after(Duration wait) {
        return new JobSpec(kind, subject, wait, group, priority);
    }

    public JobSpec group(String name) {
        return new JobSpec(kind, subject, delay, name, priority);
    }

    public JobSpec priority(int value) {
        return new JobSpec(kind, subject, delay, group, value);
    }
}
