package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;

/**
 * What goes over a channel.
 *
 * @param id of the delivery: one per event and channel, the same whenever it is sent
 * @param aboutType the CloudEvents type of the event it tells of
 */
public record ChannelMessage(String id, Notification notice, String aboutType, String aboutSource, String aboutId) {}
