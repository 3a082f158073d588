package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.rest.PageCursor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
        BackupQuery query = atMost(1).ofSource(source);
        return query.inState(state).with("safety", "b.kind <> :safety", BackupKind.SAFETY);
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

    public BackupQuery labelled(@Nullable String label) {
        return with("label", "array_contains(b.labels, :label)", label);
    }

    public BackupQuery correlated(@Nullable String correlation) {
        return with("correlation", "b.correlationId = :correlation", correlation);
    }

    /**
     * Of any but DELETED if none is said.
     *
     * @throws HoldfastException REQUEST_INVALID if there is no such state
     */
    public BackupQuery inState(@Nullable String state) {
        return inState(state == null ? null : parse(state));
    }

    private BackupQuery inState(@Nullable BackupState state) {
        return state == null
                ? with("deleted", "b.state <> :deleted", BackupState.DELETED)
                : with("state", "b.state = :state", state);
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

    private static BackupState parse(String state) {
        return Arrays.stream(BackupState.values())
                .filter(known -> known.name().equals(state.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.REQUEST_INVALID,
                        "there is no state \"" + state + "\"; states are " + Arrays.toString(BackupState.values())));
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
