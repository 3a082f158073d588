package io.holdfast.eventing.runtime;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** How this library behaves; the defaults suit production. */
@ConfigMapping(prefix = "holdfast.eventing")
public interface EventingConfig {

    /** First pause before a message that could not be worked on is tried again; doubles up to {@link #retryMax}. */
    @WithDefault("100ms")
    Duration retryMin();

    @WithDefault("10s")
    Duration retryMax();

    /** How often work that fails while the database answers is tried before the message is a dead letter. */
    @WithDefault("5")
    int attempts();

    /** How long identities are remembered. Must be longer than any topic keeps its messages. */
    @WithDefault("P35D")
    Duration inboxKeep();

    /** How long jobs that have ended are kept, for whoever asks what happened. Nothing reads them. */
    @WithDefault("P7D")
    Duration jobsKeep();

    /** The outbox is looked at this often even if nothing announces a row. */
    @WithDefault("1s")
    Duration outboxPoll();

    @WithDefault("200")
    int outboxBatch();

    /** The application's name is part of the CloudEvents source of its events. */
    @WithName("service")
    @WithDefault("${quarkus.application.name}")
    String service();
}
