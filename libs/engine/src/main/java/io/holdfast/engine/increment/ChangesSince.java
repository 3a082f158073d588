package io.holdfast.engine.increment;

import io.holdfast.engine.rows.TableReadRange;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which parts of a snapshot's plan have the same rows as at an earlier snapshot.
 *
 * @param unchanged true only for a part that, read at the earlier snapshot, gave the same rows in the same order
 * @param doubt why every part may have changed; empty: the parts were told apart
 */
public record ChangesSince(Predicate<TableReadRange> unchanged, Optional<String> doubt) {

    /** Every part may have changed. */
    public static ChangesSince unknown(String doubt) {
        return new ChangesSince(part -> false, Optional.of(doubt));
    }

    public static ChangesSince known(Predicate<TableReadRange> unchanged) {
        return new ChangesSince(unchanged, Optional.empty());
    }
}
