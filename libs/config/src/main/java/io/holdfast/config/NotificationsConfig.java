package io.holdfast.config;

import java.util.List;

/** What is told to whom unless a source or channel says otherwise; already applied to the sources and channels. */
public record NotificationsConfig(
        @ConfigKey(name = "notify", value = "The channels of sources that name none.", example = "[ops-slack]")
        List<String> notifyChannels,

        @ConfigKey(value = "Events of channels without own events.", fallback = EVENTS)
        List<NotifiedEvent> events) {

    static final String EVENTS =
            "[backup-completed, backup-failed, backup-proven, backup-unproven, backup-deleted-manually, data-exported,"
                    + " verification-failed,"
                    + " verification-inconclusive, drill-completed, restore-awaiting-approval, restore-completed, restore-failed,"
                    + " restore-rolled-back, maintenance-started, maintenance-ended, alert-raised, alert-resolved]";
}
