package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Segments and base backups in a short form: {@code 1:3} is segment 3 of timeline 1 with commits at second 30 to 39;
 * {@code 1:3-} has no commits; {@code 1:3<} is a running segment, half written.
 */
class WalWindowsTest {
    private static final int SIZE = 16 << 20;
    private static final Instant NOW = at(10_000);

    static Stream<Arguments> archives() {
        return Stream.of(
                Arguments.of("a base and the WAL after it", "1:1 1:2 1:3<", "1:1", "", "1 from 15 to 39", ""),
                Arguments.of("WAL without a base", "1:1 1:2", "", "", "", ""),
                Arguments.of("a base whose own WAL is not archived yet", "1:0", "1:1", "", "", ""),
                Arguments.of("a hole ends the window", "1:1 1:2 1:4 1:5", "1:1", "", "1 from 15 to 29", "1:3 x1"),
                Arguments.of(
                        "a base after the hole begins another window",
                        "1:1 1:2 1:5 1:6",
                        "1:1 1:5",
                        "",
                        "1 from 15 to 29, 1 from 55 to 69",
                        "1:3 x2"),
                Arguments.of(
                        "idle segments do not move the end", "1:1 1:2 1:3- 1:4-", "1:1", "", "1 from 15 to 29", ""),
                Arguments.of("no commit after the base", "1:1- 1:2-", "1:1", "", "1 from 15 to 15", ""),
                Arguments.of(
                        "a running segment in the middle is a hole",
                        "1:1 1:2< 1:3",
                        "1:1",
                        "",
                        "1 from 15 to 29",
                        "1:2 x1"),
                Arguments.of(
                        "a switch of the timeline is passed",
                        "1:1 1:2 2:2 2:3",
                        "1:1",
                        "2=1@2",
                        "1 from 15 to 29, 2 from 15 to 39",
                        ""),
                Arguments.of(
                        "WAL of the ancestor after the switch is of its own window alone",
                        "1:1 1:2 1:3 1:4 2:2",
                        "1:1",
                        "2=1@2",
                        "1 from 15 to 49, 2 from 15 to 29",
                        ""),
                Arguments.of(
                        "a base of the ancestor after the switch is none of the timeline",
                        "1:1 1:2 1:3 2:2 2:3",
                        "1:3",
                        "2=1@2",
                        "1 from 35 to 39",
                        ""),
                Arguments.of(
                        "without its history a timeline has no window",
                        "1:1 1:2 2:2 2:3",
                        "1:1",
                        "",
                        "1 from 15 to 29",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("archives")
    void windowsAreWhatIsContiguousAfterABase(
            String name, String segments, String bases, String histories, String windows, String holes) {
        WalWindows found = WalWindows.of(bases(bases), index(segments, histories));

        assertThat(found.windows().stream()
                        .map(w ->
                                w.timeline() + " from " + w.from().getEpochSecond() + " to " + w.to().getEpochSecond())
                        .toList())
                .isEqualTo(list(windows, ", "));
        assertThat(found.holes().stream()
                        .map(h -> h.first().timeline() + ":" + h.first().number(SIZE) + " x" + h.segments())
                        .toList())
                .isEqualTo(list(holes, ", "));
    }

    @ParameterizedTest
    @CsvSource({
        "1:1 1:2 1:3<, 1:1, '', true",
        "1:1, 1:2, '', true", // its own WAL is not archived yet
        "1:1 1:2 1:4, 1:1, '', false", // after a hole
        "1:1 1:2 1:4, 1:1 1:4, '', true",
        "1:1 1:2, '', '', false",
        "1:1 1:2 2:2, 1:1, 2=1@2, true",
        "1:1 1:2 2:2, 1:1, '', false", // the way to the timeline is unknown
    })
    void afterAHoleThePresentIsOutOfReachUntilTheNextBase(
            String segments, String bases, String histories, boolean reached) {
        assertThat(WalWindows.reachPresent(bases(bases), index(segments, histories)))
                .isEqualTo(reached);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("1:1 1:2", "1:1", 20_000, "in the future"),
                Arguments.of("1:1 1:2", "1:1", 5, "before the first window"),
                Arguments.of("1:1 1:2", "1:1", 30, "after the last archived commit"),
                Arguments.of("1:1 1:2", "", 20, "no base backup"),
                Arguments.of("1:1 1:2 1:4 1:5", "1:1", 35, "000000010000000000000003 is missing"),
                Arguments.of("1:1 1:2 1:4 1:5", "1:1 1:4", 42, "in a hole"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anInstantOutsideEveryWindowIsRefused(String segments, String bases, long second, String said) {
        assertThatThrownBy(() -> RecoveryPlan.of(
                        bases(bases), index(segments, ""), new RecoveryTarget.Time(at(second)), null, NOW))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.POINT_NOT_COVERED))
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1020, 1010, true",
        "1020, 1000, 1010, true",
        "1000, 1020, 999, false",
        "4294967290, 5, 3, true",
        "5, 4294967290, 3, true",
        "4294967290, 5, 9, false"
    })
    void idsOfTransactionsBeginAgainAfterTheLastOne(long one, long other, long id, boolean contained) {
        assertThat(new TransactionIds(one, one).with(other).contains(id)).isEqualTo(contained);
    }

    @Test
    void theNewestBaseBeforeTheInstantIsTaken() {
        RecoveryPlan plan = RecoveryPlan.of(
                bases("1:1 1:3"), index("1:1 1:2 1:3 1:4 1:5 1:6", ""), new RecoveryTarget.Time(at(45)), null, NOW);

        assertThat(plan.base().start().segment(SIZE)).isEqualTo(3);
        assertThat(plan.segments().stream().map(SegmentEntry::number).toList()).containsExactly(3L, 4L, 5L);
        assertThat(plan.toTheEnd()).isFalse();
    }

    @Test
    void theTimeOfTheLastCommitNeedsNoLaterRecord() {
        RecoveryPlan plan =
                RecoveryPlan.of(bases("1:1"), index("1:1 1:2", ""), new RecoveryTarget.Time(at(29)), null, NOW);

        assertThat(plan.toTheEnd()).isTrue();
    }

    @Test
    void aPinnedTimelineIsTakenThoughANewerOneCoversTheInstant() {
        WalIndex index = index("1:1 1:2 1:3 2:2 2:3", "2=1@2");
        RecoveryTarget target = new RecoveryTarget.Time(at(35));

        assertThat(RecoveryPlan.of(bases("1:1"), index, target, null, NOW).timeline())
                .isEqualTo(2);
        RecoveryPlan pinned = RecoveryPlan.of(bases("1:1"), index, target, 1, NOW);
        assertThat(pinned.timeline()).isEqualTo(1);
        assertThat(pinned.segments().stream().map(e -> e.name().timeline()).distinct())
                .containsExactly(1);
    }

    @Test
    void aSegmentThatTheIndexListsAndTheVaultLacksEndsTheWindowByName() {
        WalIndex index = index("1:1 1:2", "");
        WalIndex lacking = new WalIndex(
                index.segments(), index.partials(), List.of(SegmentName.of(1, 3, SIZE)), index.histories());

        assertThatThrownBy(() -> RecoveryPlan.of(bases("1:1"), lacking, new RecoveryTarget.Time(at(35)), null, NOW))
                .hasMessageContaining("000000010000000000000003");
    }

    static Stream<Arguments> retained() {
        return Stream.of(
                Arguments.of("nothing is old enough", "1:1 1:2 1:3 1:4", "1:1 1:3", "", 10, "", ""),
                Arguments.of(
                        "the base before the retained time stays", "1:1 1:2 1:3 1:4", "1:1 1:3", "", 36, "1", "1 2"),
                Arguments.of("the only base stays however old", "1:1 1:2 1:3 1:4", "1:1", "", 9_000, "", ""),
                Arguments.of("a base without its WAL is not relied on", "1:1 1:2 1:3", "1:1 1:5", "", 9_000, "", ""),
                Arguments.of("WAL before a hole goes with its base", "1:1 1:2 1:4 1:5", "1:1 1:4", "", 50, "1", "1 2"),
                Arguments.of(
                        "a base of an abandoned timeline does not replace that of the newest one",
                        "1:1 1:2 1:3 1:4 2:2 2:3",
                        "1:1 1:3",
                        "2=1@2",
                        36,
                        "",
                        ""));
    }

    /** The second is the end of the time that may go. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("retained")
    void whatNoRetainedInstantNeedsGoes(
            String name,
            String segments,
            String bases,
            String histories,
            long until,
            String goneBases,
            String goneSegments) {
        WalRetention gone =
                WalRetention.of(bases(bases), index(segments, histories), Duration.between(at(until), NOW), NOW);

        assertThat(gone.bases().stream()
                        .map(base -> Long.toString(base.start().segment(SIZE)))
                        .toList())
                .isEqualTo(list(goneBases, " "));
        assertThat(gone.segments().stream()
                        .map(n -> Long.toString(n.number(SIZE)))
                        .toList())
                .isEqualTo(list(goneSegments, " "));
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    private static WalIndex index(String segments, String histories) {
        List<SegmentEntry> whole = new ArrayList<>();
        List<SegmentEntry> partial = new ArrayList<>();
        for (String text : list(segments, " ")) {
            boolean running = text.endsWith("<");
            SegmentEntry entry = entry(text);
            (running ? partial : whole).add(entry);
        }
        return new WalIndex(
                whole,
                partial,
                List.of(),
                list(histories, " ").stream().map(WalWindowsTest::history).toList());
    }

    private static SegmentEntry entry(String text) {
        String[] parts = text.replaceAll("[<-]", "").split(":", -1);
        long number = Long.parseLong(parts[1]);
        boolean idle = text.endsWith("-");
        @Nullable Instant first = idle ? null : at(number * 10);
        @Nullable Instant last = idle ? null : at(number * 10 + 9);
        long end = (number + 1) * SIZE - (text.endsWith("<") ? SIZE / 2 : 0);
        return new SegmentEntry(
                SegmentName.of(Integer.parseInt(parts[0]), number, SIZE),
                new Lsn(number * SIZE),
                new Lsn(end),
                first,
                last,
                SIZE,
                0,
                null,
                null,
                List.of());
    }

    /** {@code 2=1@2}: timeline 2 left timeline 1 in segment 2. */
    private static TimelineHistory history(String text) {
        String[] parts = text.split("[=@]", -1);
        return new TimelineHistory(
                Integer.parseInt(parts[0]),
                List.of(new TimelineHistory.Ancestor(
                        Integer.parseInt(parts[1]), new Lsn(Long.parseLong(parts[2]) * SIZE + 1000))));
    }

    /** {@code 1:3} starts and ends in segment 3 of timeline 1, at second 35. */
    private static List<BaseBackup> bases(String text) {
        return list(text, " ").stream().map(WalWindowsTest::base).toList();
    }

    private static BaseBackup base(String text) {
        String[] parts = text.split(":", -1);
        long number = Long.parseLong(parts[1]);
        return new BaseBackup(
                String.format(Locale.ROOT, "%015d", number),
                "1",
                15,
                SIZE,
                Integer.parseInt(parts[0]),
                new Lsn(number * SIZE + 100),
                new Lsn(number * SIZE + 200),
                at(number * 10 + 1),
                at(number * 10 + 5),
                1,
                1,
                1,
                1,
                BaseBackup.Pieces.WHOLE);
    }

    private static List<String> list(String text, String separator) {
        return text.isEmpty() ? List.of() : List.of(text.split(separator, -1));
    }
}
