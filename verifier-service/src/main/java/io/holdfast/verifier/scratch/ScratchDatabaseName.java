package io.holdfast.verifier.scratch;

import io.holdfast.contracts.VerificationId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The scratch database of one worker's attempt. Each has its own: a worker that was only paused must not drop the database
 * of the one that took over.
 *
 * @param id of the proof or the drill
 * @param epoch of the worker's lease
 */
public record ScratchDatabaseName(Purpose purpose, VerificationId id, long epoch) {
    private static final Pattern REST =
            Pattern.compile("([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[0-9]+(_[a-z]+)?");

    private static final String CONTROLS = "_controls";
    private static final String DAMAGED = "_damaged";
    private static final String RETAINED = "_old";
    private static final String WITHDRAWN = "_undone";

    /** What a copy is made for. */
    public enum Purpose {
        PROOF("holdfast_proof_"),
        DRILL("holdfast_drill_"),
        /** On the server of a staging source. */
        STAGING("holdfast_staging_");

        private final String prefix;

        Purpose(String prefix) {
            this.prefix = prefix;
        }

        /** What the names of all of them begin with. */
        String prefix() {
            return prefix;
        }

        /** Whose copy a database is, by its name. */
        Optional<VerificationId> idOf(String name) {
            if (!name.startsWith(prefix)) {
                return Optional.empty();
            }
            Matcher parts = REST.matcher(name.substring(prefix.length()));
            return parts.matches()
                    ? Optional.of(VerificationId.parse(parts.replaceFirst("$1-$2-$3-$4-$5")))
                    : Optional.empty();
        }
    }

    public String name() {
        return name(epoch);
    }

    /** The copy that the negative controls of a drill start from. */
    public String controls() {
        return name() + CONTROLS;
    }

    /** The copy of {@link #controls} that one negative control damages. */
    public String damaged() {
        return name() + DAMAGED;
    }

    /** The staging database that the copy has replaced, until it is dropped. */
    String retained() {
        return name() + RETAINED;
    }

    /** The copy, if its exchange with the staging database was undone. */
    String withdrawn() {
        return name() + WITHDRAWN;
    }

    /** Under which names workers before this one retained the staging database, the latest first. */
    List<String> retainedBefore() {
        return LongStream.range(1, epoch)
                .map(before -> epoch - before)
                .mapToObj(before -> name(before) + RETAINED)
                .toList();
    }

    /** What workers before this one may have left behind. */
    List<String> namesBefore() {
        return LongStream.range(1, epoch)
                .mapToObj(this::name)
                .flatMap(name -> suffixes().map(name::concat))
                .toList();
    }

    private Stream<String> suffixes() {
        return switch (purpose) {
            case PROOF -> Stream.of("");
            case DRILL -> Stream.of("", CONTROLS, DAMAGED);
            case STAGING -> Stream.of("", CONTROLS, DAMAGED, RETAINED, WITHDRAWN);
        };
    }

    private String name(long of) {
        return purpose.prefix() + id.toString().replace("-", "") + "_" + of;
    }
}
