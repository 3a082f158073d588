package io.holdfast.config;

import java.net.URI;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** A way to tell people; its {@code type} says which. */
public sealed interface ChannelConfig {
    /** What this channel hears of. */
    List<NotifiedEvent> events();

    /** How often it gets a digest. */
    default DigestPeriod digest() {
        return DigestPeriod.NONE;
    }

    /** When its digest is sent, by {@link #timezone}. */
    default LocalTime digestAt() {
        return LocalTime.of(7, 0);
    }

    default ZoneId timezone() {
        return ZoneOffset.UTC;
    }

    /** When it gets critical alerts only; empty: never. */
    default Optional<QuietHours> quietHours() {
        return Optional.empty();
    }

    record Slack(
            @ConfigKey(value = "URL of the incoming webhook (secret).", example = "{ env: SLACK_WEBHOOK }")
            SecretRef webhook,

            @ConfigKey(value = "Events for this channel. Default: those of notifications.", example = "[backup-failed]")
            List<NotifiedEvent> events,

            @ConfigKey(value = "Digest of what ran, and of open alerts.", fallback = "daily")
            DigestPeriod digest,

            @ConfigKey(value = "Time of the digest, by timezone.", fallback = "\"07:00\"")
            LocalTime digestAt,

            @ConfigKey(value = "Time zone of digest-at and quiet-hours.", fallback = "UTC", example = "Europe/Berlin")
            ZoneId timezone,

            @ConfigKey(
                    "Hours in which warnings are held for the digest. Critical alerts are always sent. Default: none.")
            Optional<QuietHours> quietHours)
            implements ChannelConfig {}

    record Email(
            @ConfigKey(
                    value = "Recipient addresses.",
                    example = "[dba@example.com]",
                    nonEmpty = true,
                    pattern = MAILBOX,
                    rule = MAILBOX_RULE)
            List<String> to,

            @ConfigKey(
                    value = "Sender address.",
                    example = "holdfast@example.com",
                    pattern = MAILBOX,
                    rule = MAILBOX_RULE)
            String from,

            @ConfigKey("The mail server.") Smtp smtp,

            @ConfigKey(value = "Events for this channel. Default: those of notifications.", example = "[backup-failed]")
            List<NotifiedEvent> events,

            @ConfigKey(value = "Digest of what ran, and of open alerts.", fallback = "daily")
            DigestPeriod digest,

            @ConfigKey(value = "Time of the digest, by timezone.", fallback = "\"07:00\"")
            LocalTime digestAt,

            @ConfigKey(value = "Time zone of digest-at and quiet-hours.", fallback = "UTC", example = "Europe/Berlin")
            ZoneId timezone,

            @ConfigKey(
                    "Hours in which warnings are held for the digest. Critical alerts are always sent. Default: none.")
            Optional<QuietHours> quietHours)
            implements ChannelConfig {}

    record Webhook(
            @ConfigKey(value = "URL, called with POST and a JSON body.", example = "https://hooks.example/holdfast")
            URI url,

            @ConfigKey(value = "Bearer token of the calls.", example = "{ env: HOOK_TOKEN }")
            Optional<SecretRef> token,

            @ConfigKey(value = "Events for this channel. Default: those of notifications.", example = "[backup-failed]")
            List<NotifiedEvent> events,

            @ConfigKey(value = "Digest of what ran, and of open alerts.", fallback = "none")
            DigestPeriod digest,

            @ConfigKey(value = "Time of the digest, by timezone.", fallback = "\"07:00\"")
            LocalTime digestAt,

            @ConfigKey(value = "Time zone of digest-at and quiet-hours.", fallback = "UTC", example = "Europe/Berlin")
            ZoneId timezone,

            @ConfigKey(
                    "Hours in which warnings are held for the digest. Critical alerts are always sent. Default: none.")
            Optional<QuietHours> quietHours)
            implements ChannelConfig {}

    @RequiredTogether({"username", "password"})
    record Smtp(
            @ConfigKey(
                    value = "Host name.",
                    example = "mail.example.com",
                    pattern = "^[^\\s:/@]+$",
                    rule = "a host is a name or address without a port")
            String host,

            @ConfigKey(value = "Port.", fallback = "587", min = 1, max = 65535)
            int port,

            @ConfigKey(value = "User. Default: no login.", example = "holdfast")
            Optional<String> username,

            @ConfigKey(value = "The user's password.", example = "{ env: SMTP_PASSWORD }")
            Optional<SecretRef> password,

            @ConfigKey(value = "Whether TLS is required.", fallback = "true")
            boolean starttls) {}

    String MAILBOX = "^[^\\s@<>,;]+@[^\\s@<>,;]+$";
    String MAILBOX_RULE = "an address looks like dba@example.com";
}
