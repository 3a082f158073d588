package io.holdfast.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told to whom unless a source or channel says otherwise; already applied to the sources and channels.
 *
 * @param escalation chains by name; each has at least one step, and its steps are in the order of their time
 */
public record NotificationsConfig(
        @ConfigKey(name = "notify", value = "The channels of sources that name none.", example = "[ops-slack]")
        List<String> notifyChannels,

        @ConfigKey(value = "Events of channels without own events.", fallback = EVENTS)
        List<NotifiedEvent> events,

        @ConfigKey(
                value = "Chains of escalation, by name. A chain applies to the critical alerts of its sources.",
                pattern = "^[a-z0-9][a-z0-9._-]{0,62}$",
                rule = "a chain's name has 1 to 63 lower-case letters, digits, dots, dashes and underscores, and starts"
                        + " with a letter or digit",
                example = "{ production: [ { notify: [dba], after: 0m }, { notify: [lead], after: 15m } ] }")
        Map<String, List<EscalationStep>> escalation,

        @ConfigKey(
                value = "Chain of sources that name none, and of alerts without a source. Default: none.",
                example = "production")
        Optional<String> defaultEscalation,

        @ConfigKey(
                value =
                        "Time in which alerts of one cause are gathered into one message. An alert that ends in it is not sent.",
                fallback = "30s")
        Duration groupWait,

        @ConfigKey(value = "Minimum time between two messages of one cause to one channel.", fallback = "5m")
        Duration groupInterval,

        @ConfigKey(value = "Time after which an alert that lasts is sent again.", fallback = "4h")
        Duration repeat,

        @ConfigKey(
                value =
                        "Address of notifier-service for the browsers of people, in links of messages. Its host is one of rest.hosts. Default: services.notifier.",
                example = "https://holdfast.example.com")
        Optional<URI> linkUrl,

        @ConfigKey(
                value =
                        "Address of verifier-service for the browsers of people, in links to the reports of drills; a proxy there adds a token. Default: messages have no such link.",
                example = "https://holdfast.example.com")
        Optional<URI> reportUrl,

        @ConfigKey(
                value = "Test message to each channel that delivered nothing for a week. `none`: no such test.",
                fallback = "weekly")
        SelfTestPeriod selfTest,

        @ConfigKey("Requests to a monitor outside of the platform. Default: none.")
        Optional<HeartbeatConfig> heartbeat) {

    /** Trouble and its end, deletions, exports and approvals; no success. */
    static final String EVENTS = "[backup-failed, backup-unproven, verification-failed, verification-inconclusive,"
            + " restore-failed, restore-rolled-back, alert-raised, alert-resolved, backup-deleted-manually,"
            + " data-exported, restore-awaiting-approval, maintenance-started, maintenance-ended]";
}
