package io.holdfast.verifier.drill;

import io.holdfast.config.Cron;
import io.holdfast.config.SourceConfig;
import io.holdfast.drill.DrillSummary;
import io.holdfast.drill.SourceDrills;
import java.time.Instant;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The drills of a year (UTC) beside those that the schedules asked for. Pure. */
final class DrillYear {
    /** Of one source; a schedule that fires more often is no schedule of drills. */
    private static final int MOST_DUE = 10_000;

    private static final String NO_ENVIRONMENT = "none";

    private final int year;
    private final Instant now;
    private final Map<DrillSlots.Key, Instant> since;

    /** @param since when each schedule came into the configuration: earlier slots were not due */
    DrillYear(int year, Instant now, Map<DrillSlots.Key, Instant> since) {
        this.year = year;
        this.now = now;
        this.since = since;
    }

    /** A fire time of the schedules of one kind. */
    private record Slot(String kind, Instant at) {
        static Optional<Slot> of(Drill drill) {
            return Optional.ofNullable(drill.fireAt()).map(at -> new Slot(drill.kind(), at));
        }
    }

    static Instant begin(int year) {
        return Year.of(year).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /**
     * @param sources configured ones, by name
     * @param drills of the year, of these and of sources that are no longer configured
     */
    DrillSummary summary(Map<String, SourceConfig> sources, List<Drill> drills) {
        Map<String, List<Drill>> bySource = drills.stream().collect(Collectors.groupingBy(Drill::sourceName));
        Set<String> names = new TreeSet<>(sources.keySet());
        names.addAll(bySource.keySet());
        List<SourceDrills> lines = new ArrayList<>();
        for (String name : names) {
            lines.add(line(name, sources.get(name), bySource.getOrDefault(name, List.of())));
        }
        return new DrillSummary(year, now, lines);
    }

    private SourceDrills line(String name, @Nullable SourceConfig source, List<Drill> drills) {
        List<Drill> done = drills.stream().filter(DrillYear::isDone).toList();
        Set<Slot> due = new HashSet<>();
        if (source != null) {
            DrillTimetable.of(source).forEach(timetable -> due(name, source, timetable, due));
        }
        drills.stream().map(Slot::of).flatMap(Optional::stream).forEach(due::add);
        Set<Slot> held = done.stream().map(Slot::of).flatMap(Optional::stream).collect(Collectors.toSet());
        List<Drill> passed = done.stream().filter(Drill::passed).toList();
        return new SourceDrills(
                name,
                source == null ? NO_ENVIRONMENT : source.environment().orElse(NO_ENVIRONMENT),
                due.size(),
                done.size(),
                passed.size(),
                (int) due.stream().filter(slot -> !held.contains(slot)).count(),
                passed.stream()
                        .map(Drill::endedAt)
                        .filter(Objects::nonNull)
                        .max(Instant::compareTo)
                        .orElse(null));
    }

    /** An inconclusive drill says nothing: it is as good as none. */
    private static boolean isDone(Drill drill) {
        return drill.state() == DrillState.PASSED || drill.state() == DrillState.FAILED;
    }

    private void due(String name, SourceConfig source, DrillTimetable timetable, Set<Slot> due) {
        Cron cron = timetable.cron();
        Instant known = since.get(timetable.key(name));
        if (known == null) {
            return;
        }
        Instant begin = begin(year).minusMillis(1);
        Instant end = begin(year + 1);
        Instant slot = cron.next(
                known.isAfter(begin) ? known : begin, source.schedule().timezone());
        while (slot.isBefore(end) && !slot.isAfter(now) && due.size() < MOST_DUE) {
            due.add(new Slot(timetable.kind(), slot));
            slot = cron.next(slot, source.schedule().timezone());
        }
    }
}
