package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one drill: a backup was restored into a test database, compared, checked and measured.
 *
 * @param drillId id of the drill's verification
 * @param kind {@code restore-test}, {@code staging} or {@code total-loss}
 * @param engine engine of the source, such as {@code postgres}
 * @param serverVersion version of the server that the backup was restored into
 * @param tester person or token that requested the drill; the schedule, if no person did
 * @param testDatabase database that the backup was restored into
 * @param rtoMillis objective for the restore time; null if the source has none
 * @param rpoMillis objective for the age of the backup; null if the source has none
 * @param earlier earlier drills of the source, in any order
 * @param failure reason of a drill that did not pass
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrillReport(
        String drillId,
        String source,
        String environment,
        String kind,
        String engine,
        String serverVersion,
        Instant startedAt,
        Instant completedAt,
        String tester,
        DrilledBackup backup,
        String testDatabase,
        DrillTimes times,
        @Nullable Long rtoMillis,
        @Nullable Long rpoMillis,
        List<DrillCheck> checks,
        List<NegativeControl> controls,
        List<ChecklistPoint> checklist,
        List<ExternalVerdict> verdicts,
        List<EarlierDrill> earlier,
        @Nullable SignOff signOff,
        boolean passed,
        @Nullable String failure,
        String holdfastVersion) {
    public static final String RESTORE_TEST = "restore-test";
    public static final String STAGING = "staging";
    public static final String TOTAL_LOSS = "total-loss";

    private static final Set<String> KINDS = Set.of(RESTORE_TEST, STAGING, TOTAL_LOSS);

    public DrillReport {
        DrillFields.texts("drillId", drillId, "source", source, "environment", environment, "kind", kind);
        DrillFields.texts("engine", engine, "serverVersion", serverVersion, "tester", tester);
        DrillFields.texts("testDatabase", testDatabase, "holdfastVersion", holdfastVersion);
        DrillFields.required("startedAt", startedAt, "completedAt", completedAt, "backup", backup, "times", times);
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException(
                    "field \"kind\" is \"" + kind + "\"; expected one of restore-test, staging, total-loss");
        }
        if (!drillId.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "field \"drillId\" is no id: expected up to 100 letters, digits, dots and dashes");
        }
        DrillFields.notNegative("rtoMillis", rtoMillis);
        DrillFields.notNegative("rpoMillis", rpoMillis);
        checks = DrillFields.list("checks", checks);
        controls = DrillFields.list("controls", controls);
        checklist = DrillFields.list("checklist", checklist);
        verdicts = DrillFields.list("verdicts", verdicts);
        earlier = DrillFields.list("earlier", earlier);
        if (passed && failure != null) {
            throw new IllegalArgumentException("field \"failure\" is set, but the drill passed; leave one of them out");
        }
    }
}
