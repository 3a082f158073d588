package io.holdfast.devstack;

import java.util.Map;

/**
 * A message that would have been sent.
 *
 * @param kind {@code slack}, {@code slack-api}, {@code teams}, {@code pagerduty}, {@code webhook} or {@code mail}
 * @param to the channel, the webhook's name, the method of Slack's Web API, or the envelope's recipient
 * @param at when, RFC 3339
 * @param subject of a mail, else empty
 * @param body the request's body, or a mail's text
 * @param headers of the request or the mail
 */
record CaughtMessage(String kind, String to, String at, String subject, String body, Map<String, String> headers) {}
