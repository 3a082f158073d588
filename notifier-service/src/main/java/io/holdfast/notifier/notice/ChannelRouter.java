package io.holdfast.notifier.notice;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.NotifiedEvent;
import io.holdfast.config.SourceConfig;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told: the channels of the notice's source, or the default ones if it has no source or one that is not in the
 * configuration; of these the channels that want to hear this kind. A refused request is told only if its source is known:
 * what strangers send must not reach people.
 */
@Singleton
public final class ChannelRouter {
    private final LiveConfig live;

    public ChannelRouter(LiveConfig live) {
        this.live = live;
    }

    /** Names of channels, each once. */
    public List<String> of(Notification notice) {
        HoldfastConfig config = live.current();
        SourceConfig source = notice.source() == null ? null : config.sources().get(notice.source());
        if (source == null && notice.kind() == NotifiedEvent.REQUEST_REJECTED) {
            return List.of();
        }
        List<String> names = source == null ? config.notifications().notifyChannels() : source.notifyChannels();
        return names.stream()
                .distinct()
                .filter(name -> hears(name, notice.kind()))
                .toList();
    }

    private boolean hears(String name, @Nullable NotifiedEvent kind) {
        ChannelConfig channel = live.current().channels().get(name);
        return channel != null && kind != null && channel.events().contains(kind);
    }
}
