package io.holdfast.engine.d1.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.d1.client.TimeTravelLimit;
import io.holdfast.engine.d1.read.D1Reading;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.DatabaseContent;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.engine.sqlite.SqliteFileRows;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A D1 database in use: its earlier states are those of Time Travel. */
public final class D1OverwritableDatabase implements OverwritableDatabase {
    private static final int ROUNDS = 5;

    private final D1Client client;
    private final Optional<Path> folder;
    private final Duration window;
    private final InstantSource clock;

    /** @param folder of staged copies; empty: nothing can be overwritten */
    public D1OverwritableDatabase(D1Client client, Optional<Path> folder, Duration window, InstantSource clock) {
        this.client = client;
        this.folder = folder;
        this.window = window;
        this.clock = clock;
    }

    @Override
    public Duration window() {
        return window;
    }

    @Override
    public String bookmark() {
        refuseExhausted();
        return TargetFailures.translated(client::bookmark);
    }

    @Override
    public Checkpoint checkpoint() {
        return TargetFailures.translated(() -> {
            DatabaseContent before = null;
            for (int round = 1; round <= ROUNDS; round++) {
                Instant at = clock.instant();
                String bookmark = client.bookmark();
                DatabaseContent content = readable();
                // bookmarks may move without a write: what was read before and after one belongs to it, too
                if ((content != null && content.equals(before))
                        || client.bookmark().equals(bookmark)) {
                    return new Checkpoint(bookmark, at, content);
                }
                before = content;
            }
            throw HoldfastException.of(
                    FailureCode.SOURCE_CHANGED,
                    client.shown() + ": it was written to during each of " + ROUNDS
                            + " attempts to note its state; keep"
                            + " the application from writing (maintenance of the source), and restore again");
        });
    }

    /** Null if there is something that cannot be read: that must not keep a restore from replacing it. */
    private @Nullable DatabaseContent readable() {
        try {
            return read();
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.SOURCE_UNSUPPORTED || e.code() == FailureCode.SOURCE_VALUE_TOO_LARGE) {
                return null;
            }
            throw e;
        }
    }

    private DatabaseContent read() {
        Map<String, String> definitions = new TreeMap<>();
        D1Reading.definitions(client).forEach(of -> definitions.put(of.type() + " " + of.name(), of.sql()));
        return new DatabaseContent(definitions, ReadBack.rows(client));
    }

    @Override
    public DatabaseContent content() {
        return TargetFailures.translated(this::read);
    }

    @Override
    public boolean isUntouched(Checkpoint since) {
        DatabaseContent then = since.content();
        return then != null
                && TargetFailures.translated(() -> !LoadBatches.isMarked(client) && then.equals(readable()));
    }

    @Override
    public String bookmarkAt(Instant instant) {
        Instant now = clock.instant();
        if (instant.isAfter(now)) {
            throw unavailable(instant, "it is in the future");
        }
        if (instant.isBefore(now.minus(window))) {
            throw unavailable(instant, "it is older than that");
        }
        refuseExhausted();
        return TargetFailures.translated(() -> {
            try {
                String bookmark = client.bookmarkAt(instant);
                if (bookmark.isEmpty()) {
                    throw unavailable(instant, "D1 names no bookmark of it");
                }
                return bookmark;
            } catch (HoldfastException e) {
                if (e.code() == FailureCode.SOURCE_UNSUPPORTED) {
                    throw unavailable(instant, e.reason().message());
                }
                throw e;
            }
        });
    }

    /** Before anything is touched: without a Time Travel restore there is no way back. */
    private void refuseExhausted() {
        client.nextRestore().ifPresent(next -> {
            throw HoldfastException.of(
                    FailureCode.POINT_IN_TIME_UNAVAILABLE, TimeTravelLimit.message(client.shown(), next));
        });
    }

    private HoldfastException unavailable(Instant instant, String why) {
        return HoldfastException.about(
                instant.toString(),
                FailureCode.POINT_IN_TIME_UNAVAILABLE,
                client.shown() + " cannot go back to " + instant + ": Time Travel keeps the last "
                        + window.toDays() + " days (d1.window; 30 on a paid plan, 7 on the free one), now from "
                        + clock.instant().minus(window) + ", and " + why
                        + "; restore a backup instead (leave --point-in-time out)");
    }

    @Override
    public Overwritten overwrite(String staging, Runnable held) {
        Path staged = folder.orElseThrow(() -> HoldfastException.of(
                FailureCode.CONFIG_INVALID, "the source has no folder for staged copies; set d1.folder"));
        return TargetFailures.translated(() -> {
            try (TargetServer files = new SqliteEngine().target(staged);
                    SqliteFileRows file = SqliteFileRows.open(staged.resolve(staging))) {
                D1Loader loader = new D1Loader(file, client);
                List<String> drops = Drops.of(D1Reading.definitions(client), References.of(client));
                loader.overwrite(staging + "/" + UUID.randomUUID(), drops, held);
                Map<String, Fingerprint> rows = new ReadBack(files, staging, client).refuseDifferent(file);
                loader.complete();
                return new Overwritten(
                        rows.size(),
                        rows.values().stream().mapToLong(Fingerprint::rows).sum());
            }
        });
    }

    @Override
    public String rewind(String bookmark, Runnable held) {
        return TargetFailures.translated(() -> client.restore(bookmark, held));
    }

    @Override
    public boolean isIncomplete() {
        return TargetFailures.translated(() -> LoadBatches.isMarked(client));
    }

    @Override
    public Map<QualifiedName, Long> rowCounts(List<QualifiedName> tables) {
        return TargetFailures.translated(() -> {
            Set<String> there = D1Reading.definitions(client).stream()
                    .filter(of -> of.type().equals("table"))
                    .map(of -> of.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
            Map<QualifiedName, Long> counts = new HashMap<>();
            for (QualifiedName table : tables) {
                if (there.contains(table.name().toLowerCase(Locale.ROOT))) {
                    D1Rows rows = client.read(new D1Batch(
                                    List.of("SELECT 'n' || count(*) FROM " + QualifiedName.quote(table.name()))))
                            .rows(0);
                    counts.put(table, rows.next() ? Long.parseLong(rows.text().substring(1)) : 0L);
                }
            }
            return counts;
        });
    }

    @Override
    public void close() {
        // nothing is open
    }
}
