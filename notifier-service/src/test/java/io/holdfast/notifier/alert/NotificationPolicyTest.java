package io.holdfast.notifier.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifier.alert.NotificationPolicy.Clocks;
import io.holdfast.notifier.alert.NotificationPolicy.Member;
import io.holdfast.notifier.alert.NotificationPolicy.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationPolicyTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
    private static final Clocks CLOCKS = new Clocks(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4));

    /**
     * Members: state, what was told, and after a slash what holds it; ! marks an escalation. Times: seconds from the begin of
     * the group to the last message (- for none) and to now.
     */
    @ParameterizedTest(name = "{0} | sent {1} | now {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "FIRING NOTHING                            | -    | 0     | GROUP_WAIT",
                "FIRING NOTHING                            | -    | 29    | GROUP_WAIT",
                "FIRING NOTHING                            | -    | 30    | FIRST",
                "FIRING FIRING, FIRING NOTHING             | 30   | 60    | GROUP_INTERVAL",
                "FIRING FIRING, FIRING NOTHING             | 30   | 329   | GROUP_INTERVAL",
                "FIRING FIRING, FIRING NOTHING             | 30   | 330   | NEW_IN_GROUP",
                "FIRING FIRING                             | 30   | 330   | REPEAT_INTERVAL",
                "FIRING FIRING                             | 30   | 14429 | REPEAT_INTERVAL",
                "FIRING FIRING                             | 30   | 14430 | REPEAT_DUE",
                "RESOLVED FIRING                           | 30   | 60    | GROUP_INTERVAL",
                "RESOLVED FIRING                           | 30   | 330   | RESOLVED",
                "RESOLVED FIRING, FIRING NOTHING           | 30   | 330   | NEW_IN_GROUP",
                "RESOLVED NOTHING                          | -    | 20    | RESOLVED_IN_WAIT",
                "RESOLVED NOTHING                          | -    | 600   | RESOLVED_IN_WAIT",
                "RESOLVED RESOLVED                         | 400  | 9000  | NOTHING_NEW",
                "PENDING NOTHING                           | -    | 600   | NOTHING_NEW",
                "ACKNOWLEDGED FIRING/ACKNOWLEDGED          | 30   | 20000 | ACKNOWLEDGED",
                "ACKNOWLEDGED FIRING/ACKNOWLEDGED, FIRING NOTHING | 30 | 330 | NEW_IN_GROUP",
                "FIRING NOTHING/SILENCED                   | -    | 600   | SILENCED",
                "FIRING NOTHING/INHIBITED                  | -    | 600   | INHIBITED",
                "FIRING NOTHING/QUIET_HOURS                | -    | 600   | QUIET_HOURS",
                "FIRING FIRING/FLAPPING                    | 30   | 20000 | FLAPPING",
                "RESOLVED FIRING/NOT_WANTED                | 30   | 600   | NOT_WANTED",
                "FIRING RESOLVED                           | 400  | 700   | NEW_IN_GROUP",
                "FIRING NOTHING!                           | -    | 0     | ESCALATED",
                "FIRING FIRING, FIRING NOTHING!            | 30   | 31    | ESCALATED",
                "FIRING NOTHING/SILENCED!                  | -    | 600   | SILENCED",
            })
    void theDecisionIsAFunctionOfStatesAndClocks(String members, String sent, long now, NotificationReason expected) {
        Instant last = sent.equals("-") ? null : BEGIN.plusSeconds(Long.parseLong(sent));

        assertThat(NotificationPolicy.decide(BEGIN, last, members(members), CLOCKS, BEGIN.plusSeconds(now)))
                .isEqualTo(expected);
    }

    /** New alerts since 1,000 s; the last message long before, or a moment before. */
    @ParameterizedTest(name = "sent {0} | now {1} -> {2}")
    @CsvSource({
        "30,  1000, GROUP_WAIT",
        "30,  1029, GROUP_WAIT",
        "30,  1030, NEW_IN_GROUP",
        "990, 1030, GROUP_INTERVAL",
        "990, 1290, NEW_IN_GROUP",
    })
    void aNewAlertInAQuietGroupWaits(long sent, long now, NotificationReason expected) {
        List<Member> members = members("FIRING FIRING, FIRING NOTHING");

        assertThat(NotificationPolicy.decide(
                        BEGIN.plusSeconds(1_000), BEGIN.plusSeconds(sent), members, CLOCKS, BEGIN.plusSeconds(now)))
                .isEqualTo(expected);
    }

    private static List<Member> members(String text) {
        List<Member> members = new ArrayList<>();
        for (String one : text.split(", ", -1)) {
            boolean escalated = one.endsWith("!");
            String[] held = one.replace("!", "").split("/", -1);
            String[] words = held[0].split(" ", -1);
            members.add(new Member(
                    AlertState.valueOf(words[0]),
                    Told.valueOf(words[1]),
                    held.length == 1 ? null : NotificationReason.valueOf(held[1]),
                    escalated));
        }
        return members;
    }
}
