package io.holdfast.notifier.channel;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.notifier.channel.JsonPostClient.Exchange;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Microsoft Teams: the webhook of a workflow, or an incoming webhook. */
final class TeamsChannel implements Channel {
    private static final int START_OF_BODY = 512;

    /** An incoming webhook answers 200 also if Teams refused the message, and says so in its body. */
    private static final Pattern FAILED_WITHIN = Pattern.compile("(?i)HTTP error (?<status>[1-5][0-9]{2})");

    private final SecretRef webhook;
    private final JsonPostClient http;

    TeamsChannel(ChannelConfig.Teams config, JsonPostClient http) {
        this.webhook = config.webhook();
        this.http = http;
    }

    @Override
    public SendResult send(ChannelMessage message) throws InterruptedException {
        String remedy = "make a new webhook in Teams and put its URL into " + webhook;
        try {
            String json = TeamsCardRenderer.json(message.notice());
            return switch (http.exchange(SecretUrl.of(webhook), Map.of(), json, START_OF_BODY)) {
                case Exchange.Unanswered unanswered -> unanswered.result();
                case Exchange.Answered answer -> JsonPostClient.judge(within(answer), remedy);
            };
        } catch (SecretUnavailableException e) {
            return new SendResult.Later(String.valueOf(e.getMessage()), null);
        } catch (SecretUrl.NotAnUrlException e) {
            return new SendResult.Refused(e.getMessage() + "; " + remedy);
        }
    }

    private static Exchange.Answered within(Exchange.Answered answer) {
        Matcher failed = FAILED_WITHIN.matcher(answer.body());
        return answer.ok() && failed.find()
                ? new Exchange.Answered(Integer.parseInt(failed.group("status")), answer.retryAfter(), "")
                : answer;
    }
}
