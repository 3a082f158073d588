package io.holdfast.notifier.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.config.ChannelConfig;
import io.holdfast.config.NotifiedEvent;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.notifier.channel.PagerDutyIncident.Action;
import io.holdfast.notifier.notice.Notification;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * PagerDuty's Events API v2. A notice that neither begins nor ends trouble is not sent. The incident of a test is resolved at
 * once.
 */
final class PagerDutyChannel implements Channel {
    // https://developer.pagerduty.com/docs/send-alert-event: limits of the payload
    private static final int SUMMARY = 1024;
    private static final int DEDUP_KEY = 255;
    private static final int DETAIL = 4000;
    private static final int DETAILS = 40;

    private final ChannelConfig.PagerDuty config;
    private final JsonPostClient http;

    PagerDutyChannel(ChannelConfig.PagerDuty config, JsonPostClient http) {
        this.config = config;
        this.http = http;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        Optional<PagerDutyIncident> incident = PagerDutyIncident.of(message.notice());
        if (incident.isEmpty()) {
            return new SendResult.Skipped("not sent: PagerDuty gets failures and their ends only");
        }
        try {
            String key = config.routingKey().resolve().reveal().strip();
            SendResult result = send(message, incident.get(), key);
            return PagerDutyIncident.isTest(message.notice()) && result instanceof SendResult.Delivered
                    ? send(
                            message,
                            new PagerDutyIncident(Action.RESOLVE, incident.get().dedupKey()),
                            key)
                    : result;
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null);
        }
    }

    private SendResult send(ChannelMessage message, PagerDutyIncident incident, String key)
            throws InterruptedException {
        String json = event(message, incident).put("routing_key", key).toString();
        String remedy = "see to the integration key in " + config.routingKey() + " and to the channel's url";
        return http.send(config.url(), Map.of(), json, remedy);
    }

    /** Without the routing key. */
    static ObjectNode event(ChannelMessage message, PagerDutyIncident incident) {
        Notification notice = message.notice();
        ObjectNode event = EventJson.mapper()
                .createObjectNode()
                .put("event_action", incident.action().name().toLowerCase(Locale.ROOT))
                .put("dedup_key", dedupKey(notice, incident));
        if (incident.action() != Action.TRIGGER) {
            return event;
        }
        ObjectNode payload = event.putObject("payload")
                .put("summary", PlainText.cut(PlainText.line(summary(notice)), SUMMARY))
                .put("source", notice.source() == null ? "holdfast" : notice.source())
                .put("severity", severity(notice))
                .put("component", "holdfast")
                .put("class", notice.kind() == null ? "test" : word(notice.kind()));
        if (notice.at() != null) {
            payload.put("timestamp", notice.at().toString());
        }
        details(notice, payload.putObject("custom_details"));
        for (ActionLink link : ActionLink.of(notice)) {
            event.withArrayProperty("links").addObject().put("href", link.url()).put("text", link.label());
        }
        return event.put("client", "Holdfast");
    }

    private static void details(Notification notice, ObjectNode details) {
        ActionLink.others(notice).stream()
                .limit(DETAILS)
                .forEach(fact -> details.put(
                        PlainText.cut(PlainText.line(fact.label()), 100),
                        PlainText.cut(PlainText.line(fact.value()), DETAIL)));
        details.put("Message", PlainText.cut(PlainText.lines(notice.text()), DETAIL));
        if (notice.todo() != null) {
            details.put("What to do", PlainText.cut(PlainText.lines(notice.todo()), DETAIL));
        }
    }

    private static String summary(Notification notice) {
        return notice.text().isEmpty() ? notice.title() : notice.title() + ": " + notice.text();
    }

    private static String severity(Notification notice) {
        return switch (notice.mood()) {
            case BAD -> AlertThing.of(notice).isPresent() ? "critical" : "error";
            case WARNING -> "warning";
            case INFO, GOOD -> "info";
        };
    }

    private static String word(NotifiedEvent kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Platforms that share a service of PagerDuty have incidents of their own. A key that is too long is replaced by its
     * digest, so that the trouble and its end still have the same.
     */
    private static String dedupKey(Notification notice, PagerDutyIncident incident) {
        String platform = notice.facts().stream()
                .filter(fact -> fact.label().equals("Platform"))
                .map(fact -> fact.value() + "/")
                .findFirst()
                .orElse("");
        String key = "holdfast/" + platform + incident.dedupKey();
        return key.length() <= DEDUP_KEY
                ? key
                : "holdfast/" + UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    }
}
