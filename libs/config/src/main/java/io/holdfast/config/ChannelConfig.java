package io.holdfast.config;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A way to tell people; its {@code type} says which. */
public sealed interface ChannelConfig {
    /** What this channel hears of. */
    List<NotifiedEvent> events();

    record Slack(
            @ConfigKey(value = "The incoming webhook's URL, which is a secret.", example = "{ env: SLACK_WEBHOOK }")
            SecretRef webhook,

            @ConfigKey(value = "What it hears of; left out, what notifications says.", example = "[backup-failed]")
            List<NotifiedEvent> events)
            implements ChannelConfig {}

    record Email(
            @ConfigKey(
                    value = "Who gets it.",
                    example = "[dba@example.com]",
                    nonEmpty = true,
                    pattern = MAILBOX,
                    rule = MAILBOX_RULE)
            List<String> to,

            @ConfigKey(
                    value = "Who it is from.",
                    example = "holdfast@example.com",
                    pattern = MAILBOX,
                    rule = MAILBOX_RULE)
            String from,

            @ConfigKey("The mail server.") Smtp smtp,

            @ConfigKey(value = "What it hears of; left out, what notifications says.", example = "[backup-failed]")
            List<NotifiedEvent> events)
            implements ChannelConfig {}

    record Webhook(
            @ConfigKey(value = "Called with POST and a JSON body.", example = "https://hooks.example/holdfast")
            URI url,

            @ConfigKey(value = "Sent as a bearer token.", example = "{ env: HOOK_TOKEN }")
            Optional<SecretRef> token,

            @ConfigKey(value = "What it hears of; left out, what notifications says.", example = "[backup-failed]")
            List<NotifiedEvent> events)
            implements ChannelConfig {}

    @RequiredTogether({"username", "password"})
    record Smtp(
            @ConfigKey(
                    value = "Its host.",
                    example = "mail.example.com",
                    pattern = "^[^\\s:/@]+$",
                    rule = "a host is a name or address without a port")
            String host,

            @ConfigKey(value = "Its port.", fallback = "587", min = 1, max = 65535)
            int port,

            @ConfigKey(value = "The user; left out, no login.", example = "holdfast")
            Optional<String> username,

            @ConfigKey(value = "The user's password.", example = "{ env: SMTP_PASSWORD }")
            Optional<SecretRef> password,

            @ConfigKey(value = "Whether the connection has to become encrypted.", fallback = "true")
            boolean starttls) {}

    String MAILBOX = "^[^\\s@<>,;]+@[^\\s@<>,;]+$";
    String MAILBOX_RULE = "an address looks like dba@example.com";
}
