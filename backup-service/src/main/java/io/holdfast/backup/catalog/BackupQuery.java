package io.holdfast.backup.catalog;

import static java.util.stream.Collectors.toCollection;

import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.PageCursor;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which backups to list, newest first.
 *
 * @param conditions in HQL, on a backup {@code b}, each with the parameter of the same name and its value
 */
public record BackupQuery(Map<String, Condition> conditions, int limit) {

    record Condition(String hql, Object value) {}

    /**
     * The newest of a source, in this state if one is given. A safety backup is none: it may be of single tables, or of a
     * database that was put aside.
     */
    public static BackupQuery newest(SourceId source, @Nullable BackupState state) {
        BackupQuery query = atMost(1).ofSource(source).withoutSafety();
        return state == null ? query.notDeleted() : query.inStates(EnumSet.of(state));
    }

    /** As many as there are. */
    public static BackupQuery all() {
        return atMost(Integer.MAX_VALUE - 1);
    }

    public static BackupQuery atMost(int limit) {
        return new BackupQuery(Map.of(), limit);
    }

    /** Under whatever name they were taken. */
    public BackupQuery ofSource(SourceId source) {
        return with("source", "b.sourceId = :source", source.value());
    }

    /** Of one that is not configured any more. */
    public BackupQuery ofSource(String formerName) {
        return with("source", "b.sourceName = :source", formerName);
    }

    /** With each of these labels. */
    public BackupQuery labelled(List<String> labels) {
        BackupQuery query = this;
        for (int i = 0; i < labels.size(); i++) {
            query = query.with("label" + i, "array_contains(b.labels, :label" + i + ")", labels.get(i));
        }
        return query;
    }

    /** Whose id begins with a text of at least 8 digits. */
    public BackupQuery withId(@Nullable String prefix) {
        IdRange range = IdRange.parse(prefix);
        return range == null
                ? this
                : with("idFirst", "b.id >= :idFirst", range.first()).with("idLast", "b.id <= :idLast", range.last());
    }

    /** @throws HoldfastException REQUEST_INVALID if there is no such kind */
    public BackupQuery ofKind(@Nullable String kind) {
        return with("kind", "b.kind = :kind", kind == null ? null : parse("kind", BackupKind.class, kind));
    }

    public BackupQuery withoutSafety() {
        return with("safety", "b.kind <> :safety", BackupKind.SAFETY);
    }

    /** Whose snapshot, or request where no snapshot is, is of {@code from} or later and before {@code to}. */
    public BackupQuery between(@Nullable Instant from, @Nullable Instant to) {
        return with("from", "coalesce(b.snapshotAt, b.requestedAt) >= :from", from)
                .with("to", "coalesce(b.snapshotAt, b.requestedAt) < :to", to);
    }

    public BackupQuery visibleTo(VisibleSources sources) {
        return sources.all() ? this : with("visible", "b.sourceName in (:visible)", List.copyOf(sources.names()));
    }

    public BackupQuery correlated(@Nullable String correlation) {
        return with("correlation", "b.correlationId = :correlation", correlation);
    }

    /**
     * In any of these states. If none is given: in any but DELETED, or in any at all if the query is by id.
     *
     * @throws HoldfastException REQUEST_INVALID if there is no such state
     */
    public BackupQuery inStates(List<String> states) {
        if (states.isEmpty()) {
            return conditions.containsKey("idFirst") ? this : notDeleted();
        }
        return inStates(states.stream()
                .map(state -> parse("state", BackupState.class, state))
                .collect(toCollection(() -> EnumSet.noneOf(BackupState.class))));
    }

    public BackupQuery inStates(Set<BackupState> states) {
        return with("states", "b.state in (:states)", List.copyOf(states));
    }

    private BackupQuery notDeleted() {
        return with("deleted", "b.state <> :deleted", BackupState.DELETED);
    }

    /** @throws HoldfastException REQUEST_INVALID if the cursor is none of ours */
    public BackupQuery after(@Nullable String cursor) {
        PageCursor parsed = PageCursor.parse(cursor);
        return with("after", "b.id < :after", parsed == null ? null : position(parsed));
    }

    private static UUID position(PageCursor cursor) {
        try {
            return BackupId.parse(cursor.after()).value();
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of this list; leave it out to start from the first page",
                    e);
        }
    }

    private static <E extends Enum<E>> E parse(String name, Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(known -> known.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        name,
                        FailureCode.REQUEST_INVALID,
                        "there is no " + name + " \"" + text + "\"; allowed are "
                                + Arrays.toString(type.getEnumConstants())));
    }

    private BackupQuery with(String name, String hql, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, Condition> more = new LinkedHashMap<>(conditions);
        more.put(name, new Condition(hql, value));
        return new BackupQuery(more, limit);
    }

    String hql() {
        StringBuilder hql = new StringBuilder("from Backup b where 1 = 1");
        conditions.values().forEach(condition -> hql.append(" and ").append(condition.hql()));
        return hql.append(" order by b.id desc").toString();
    }
}
