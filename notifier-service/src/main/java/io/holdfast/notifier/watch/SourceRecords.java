package io.holdfast.notifier.watch;

import io.holdfast.contracts.SourceEvent;
import java.time.Instant;
import java.util.Optional;

/** What is recorded of pauses. That a slot was missed is found by the notifier itself. */
final class SourceRecords {
    private SourceRecords() {}

    static Optional<Facts> of(SourceEvent event) {
        return switch (event) {
            case SourceEvent.Paused e ->
                Optional.of(row(e.source().name(), e.pausedAt(), "paused_from, paused_until", "ts(:at), ts(:until)")
                        .with("until", e.until()));
            case SourceEvent.Resumed e -> Optional.of(row(e.source().name(), e.resumedAt(), "paused_until", "ts(:at)"));
            case SourceEvent.Retired e ->
                Optional.of(Facts.of("delete from watched_source where name = :name")
                        .with("name", e.source().name()));
            case SourceEvent.RetentionCompleted ignored -> Optional.empty(); // a failure is reported as an alert
            case SourceEvent.Skipped ignored -> Optional.empty();
            case SourceEvent.SlotMissed ignored -> Optional.empty();
        };
    }

    private static Facts row(String name, Instant at, String columns, String values) {
        StringBuilder changes = new StringBuilder();
        for (String column : columns.split(", ", -1)) {
            changes.append(changes.isEmpty() ? "" : ", ")
                    .append(column)
                    .append(" = excluded.")
                    .append(column);
        }
        return Facts.of("insert into watched_source (name, known_since, " + columns + ") values (:name, ts(:at), "
                        + values + ") on conflict (name) do update set " + changes)
                .with("name", name)
                .with("at", at);
    }
}
