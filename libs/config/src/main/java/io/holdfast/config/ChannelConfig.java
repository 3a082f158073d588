package io.holdfast.config;

import java.net.URI;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A way to tell people; its {@code type} says which. */
public sealed interface ChannelConfig {
    /** What this channel hears of. */
    List<NotifiedEvent> events();

    /** The word of {@code type}, such as {@code slack}. */
    default String type() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

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

    /** Slack: an incoming webhook, or an app with a bot token. Exactly one of {@code webhook} and {@code botToken} is present. */
    @RequiredTogether({"bot-token", "channel"})
    record Slack(
            @ConfigKey(
                    value = "URL of an incoming webhook (secret). Instead: bot-token.",
                    example = "{ env: SLACK_WEBHOOK }")
            Optional<SecretRef> webhook,

            @ConfigKey(
                    value = "Bot token of a Slack app; one thread for each backup, restore and alert.",
                    example = "{ env: SLACK_BOT_TOKEN }")
            Optional<SecretRef> botToken,

            @ConfigKey(
                    value = "The bot's channel in Slack.",
                    example = "\"#backups\"",
                    pattern = "^(#[^\\s#@<>|,A-Z]{1,80}|[CDG][A-Z0-9]{6,20})$",
                    rule = "a channel is #name in lower case, or an id such as C0123456789")
            Optional<String> channel,

            @ConfigKey(
                    value = "Base URL of Slack's Web API, for the bot. Default: https://slack.com/api.",
                    example = "https://slack-gov.com/api")
            Optional<URI> apiUrl,

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

            @ConfigKey(
                    value = "Time zone of digest-at and quiet-hours; mails show their times in it and in UTC.",
                    fallback = "UTC",
                    example = "Europe/Berlin")
            ZoneId timezone,

            @ConfigKey(
                    "Hours in which warnings are held for the digest. Critical alerts are always sent. Default: none.")
            Optional<QuietHours> quietHours)
            implements ChannelConfig {}

    record Webhook(
            @ConfigKey(
                    value = "URL, called with POST and a CloudEvent as JSON.",
                    example = "https://hooks.example/holdfast")
            URI url,

            @ConfigKey(value = "Bearer token of the calls.", example = "{ env: HOOK_TOKEN }")
            Optional<SecretRef> token,

            @ConfigKey(
                    value =
                            "Key of the signature in the header Holdfast-Signature (HMAC-SHA256). Default: no signature.",
                    example = "{ env: HOOK_SIGNING_SECRET }")
            Optional<SecretRef> signingSecret,

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

    /** Microsoft Teams: the webhook of a workflow, or an incoming webhook. */
    record Teams(
            @ConfigKey(
                    value = "URL of the workflow or of the incoming webhook (secret).",
                    example = "{ env: TEAMS_WEBHOOK }")
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

    /** PagerDuty's Events API v2. */
    record PagerDuty(
            @ConfigKey(
                    value = "Integration key of a service with the integration \"Events API v2\".",
                    example = "{ env: PAGERDUTY_KEY }")
            SecretRef routingKey,

            @ConfigKey(
                    value = "Address of the Events API.",
                    fallback = "\"https://events.pagerduty.com/v2/enqueue\"",
                    example = "https://events.eu.pagerduty.com/v2/enqueue")
            URI url,

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
