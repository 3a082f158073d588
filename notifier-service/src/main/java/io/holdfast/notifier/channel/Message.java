package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notice;

/**
 * What goes over a channel.
 *
 * @param id of the delivery: one per event and channel, the same whenever it is sent
 * @param aboutType the CloudEvents type of the event it tells of
 */
public record Message(String id, Notice notice, String aboutType, String aboutSource, String aboutId) {}
