package io.holdfast.restore.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.cloudevents.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreReportTest {
    // HOLDFAST_WRITE=1 writes the golden files anew
    private static final boolean WRITE = System.getenv("HOLDFAST_WRITE") != null;
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Instant NIGHT = Instant.parse("2026-01-15T02:00:00Z");
    private static final List<CheckResult> CHECKS = List.of(
            new CheckResult("foreign keys", Outcome.PASSED, null),
            new CheckResult("orphans: public.tickets.client_id in public.clients.id", Outcome.PASSED, null),
            new CheckResult(
                    "fresh: public.tickets.created_at",
                    Outcome.FAILED,
                    "the latest is of 2026-01-10, more than 24 h before the data's own instant"),
            new CheckResult("paid invoices have payments", Outcome.NOT_RUN, "it took longer than 600 s"));

    private static Instant after(int seconds) {
        return NIGHT.plusSeconds(seconds);
    }

    private static RestoreReport report(String reason, @Nullable Instant switchedAt, @Nullable String failure) {
        List<ChecklistItem> seen = Checklist.seen(Checklist.blank(), true, CHECKS, after(700));
        return new RestoreReport(
                RestoreId.parse("0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"),
                "portal",
                failure == null ? RestoreReport.Outcome.COMPLETED : RestoreReport.Outcome.FAILED,
                failure,
                "replace",
                "db:5432/portal",
                BackupId.parse("0197f0c4-0000-7b1c-9d55-0b6d4d2f1a01"),
                NIGHT.minusSeconds(7200),
                "dana",
                reason,
                "kim",
                after(60),
                NIGHT,
                switchedAt,
                switchedAt == null ? null : after(725),
                after(90_000),
                List.of("restore backup 0197f0c4 beside portal", "switch portal to it"),
                List.of(
                        new RestoreReport.Step("preflight", after(61), after(62), null),
                        new RestoreReport.Step("loading", after(62), after(700), "31657 rows | 8 tables"),
                        new RestoreReport.Step("switching", after(700), null, null)),
                CHECKS,
                List.of(
                        new RestoreReport.Difference(
                                "public.tickets",
                                new RestoreReport.Counts(10, 2, 1),
                                new RestoreReport.Counts(0, 0, 0)),
                        new RestoreReport.Difference("public.clients", new RestoreReport.Counts(0, 1, 0), null)),
                Checklist.ticked(seen, "verification-authentication", "dana", after(900)),
                1_800_000L,
                List.of("Enter the orders of the last two hours again.", "Tick the checklist."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"md", "html", "json"})
    void aRestoreIsTold(String format) throws IOException {
        RestoreReport report = report("a bad migration", after(720), null);
        String text = switch (format) {
            case "md" -> report.markdown();
            case "html" -> report.html();
            default -> report.json() + "\n";
        };
        Path golden = GOLDEN.resolve("restore-report." + format);
        if (WRITE) {
            Files.writeString(golden, text);
        }

        assertThat(golden).hasContent(text);
    }

    @Test
    void recoveryAndLossAreMeasuredAgainstWhatWasPromised() {
        RestoreReport report = report("why", after(720), null);

        assertThat(report.markdown())
                .contains("| Recovery time | 12 min 5 s; objective 30 min 0 s: met |")
                .contains(
                        "| Data loss | 2 h 12 min: what was written from 2026-01-15 00:00:00 UTC to 2026-01-15 02:12:00"
                                + " UTC is not in the restored data |");
        assertThat(report("why", null, "x").markdown())
                .contains("| Recovery time | 1 d 1 h; objective 30 min 0 s: missed |")
                .contains("| Data loss | none: nothing live was replaced |");
    }

    @Test
    void whatPeopleWroteIsTextAndNothingElse() {
        String nasty =
                "</td><script>alert(1)</script> | **bold** [x](javascript:y) ![i](http://evil) <img src=x> `c`\n# no & \"q\" '";

        RestoreReport report = report(nasty, null, "- " + nasty);

        assertThat(report.html())
                .doesNotContain("<script", "<img", "</td><script", "javascript:y\"")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;", "&quot;q&quot; &#39;");
        assertThat(report.markdown())
                .doesNotContain("**bold**", "[x](", "<script", "<img", "\n# no", "http://", "\n- \\<")
                .contains("\\*\\*bold\\*\\*");
        assertThat(report.json()).contains("\\n# no");
    }

    @Test
    void theJsonCanBeReadAgain() throws JsonProcessingException {
        RestoreReport report = report("why", after(720), null);

        var read = EventJson.mapper().readTree(report.json());

        assertThat(read.path("recoveryMillis").asLong()).isEqualTo(725_000);
        assertThat(read.path("dataLossMillis").asLong()).isEqualTo(7_920_000);
        assertThat(EventJson.mapper().readValue(report.json(), RestoreReport.class))
                .isEqualTo(report);
    }

    @Test
    void idsOfTheChecklistAreOnlyEverAdded() {
        List<String> ids = Checklist.blank().stream().map(ChecklistItem::id).toList();

        assertThat(ids).doesNotHaveDuplicates().containsAll(known());
        assertThat(ids).filteredOn(id -> id.startsWith("verification-")).hasSize(10);
        assertThat(ids).filteredOn(id -> id.startsWith("validation-")).hasSize(17);
    }

    private static List<String> known() {
        return Stream.of(
                        "verification record-counts orphans latest-records authentication dashboard records invoices"
                                + " documents administration error-log",
                        "validation row-counts orphans timestamps relationships authentication profiles organizations"
                                + " invitations server-errors response-times connection-pool load slow-queries"
                                + " transactions sessions inconsistencies mail")
                .map(line -> line.split(" ", -1))
                .flatMap(words -> Stream.of(words).skip(1).map(word -> words[0] + "-" + word))
                .toList();
    }

    @Test
    void theMachineTicksOnlyWhatItHasSeen() {
        assertThat(tickedIds(Checklist.seen(Checklist.blank(), true, CHECKS, NIGHT)))
                .containsExactly(
                        "verification-record-counts",
                        "verification-orphans",
                        "validation-row-counts",
                        "validation-orphans");
        assertThat(tickedIds(Checklist.seen(Checklist.blank(), false, List.of(), NIGHT)))
                .isEmpty();
        assertThat(tickedIds(Checklist.seen(
                        Checklist.blank(), false, List.of(new CheckResult("fresh: a.b", Outcome.PASSED, null)), NIGHT)))
                .containsExactly("verification-latest-records", "validation-timestamps");
    }

    private static List<String> tickedIds(List<ChecklistItem> items) {
        return items.stream()
                .filter(ChecklistItem::ticked)
                .map(ChecklistItem::id)
                .toList();
    }

    @Test
    void theFirstWhoTickedIsOnRecordUntilItIsTakenBack() {
        List<ChecklistItem> dana = Checklist.ticked(Checklist.blank(), "validation-mail", "dana", NIGHT);
        List<ChecklistItem> kim = Checklist.ticked(dana, "validation-mail", "kim", after(5));

        assertThat(kim)
                .isEqualTo(dana)
                .filteredOn(ChecklistItem::ticked)
                .singleElement()
                .satisfies(item -> assertThat(item.tickedBy()).isEqualTo("dana"));
        assertThat(Checklist.unticked(kim, "validation-mail")).isEqualTo(Checklist.blank());
        assertThat(Checklist.knows("validation-mail")).isTrue();
        assertThatThrownBy(() -> Checklist.ticked(dana, "validation-male", "kim", NIGHT))
                .hasMessageContaining("validation-male");
    }
}
