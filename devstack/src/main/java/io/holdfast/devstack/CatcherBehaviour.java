package io.holdfast.devstack;

import org.jspecify.annotations.Nullable;

/**
 * How the catcher treats the next messages, for tests of retries.
 *
 * @param kind {@code slack}, {@code slack-api}, {@code teams}, {@code pagerduty}, {@code webhook}, {@code mail}, or {@code any}
 * @param status the HTTP status (or for mail: refused with a 4xx reply) of the next {@code times} messages
 * @param times how many are refused; negative for all until told otherwise
 * @param retryAfter seconds for a {@code Retry-After} header; 0 for none
 * @param about only messages whose body contains this text; null for all
 * @param error of Slack's Web API, answered with the status 200 and {@code "ok":false}; for Teams and others, the body
 */
record CatcherBehaviour(
        String kind,
        int status,
        int times,
        int retryAfter,
        @Nullable String about,
        @Nullable String error) {

    boolean refuses(CaughtMessage message) {
        return times != 0
                && (kind.equals("any") || kind.equals(message.kind()))
                && (about == null || message.body().contains(about));
    }

    CatcherBehaviour once() {
        return times > 0 ? new CatcherBehaviour(kind, status, times - 1, retryAfter, about, error) : this;
    }

    CatcherAnswer answer(String what) {
        if (error != null && what.equals("slack-api")) {
            return SlackApiCatcher.refuse(error);
        }
        return CatcherAnswer.text(status, error == null ? "refused as told" : error);
    }
}
