package io.holdfast.drill;

import io.holdfast.drill.DrillCheck.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports for tests. */
public final class Reports {
    static final String HOSTILE =
            "</title><script>alert(1)</script> \"'><img src=x> {d.title} [a](https://evil.example) `x` | **b**"
                    + " www.evil.example\n"
                    + "# h\n"
                    + "- i \u202Etxt @all";

    private Reports() {}

    public static DrillReport passed() {
        List<DrillCheck> checks = List.of(
                check("download", "1,204 chunks", "1,204 chunks"),
                check("schema", "412 objects", "412 objects"),
                check("row counts", "308,022", "308,022"),
                check("rows", "48 fingerprints", "48 fingerprints"),
                check("sequences", "31", "31"),
                check("foreign keys", "0 rows without a parent", "0"),
                check("constraints", "all valid", "all valid"),
                check("fresh: tickets.created_at", "within 24 h of the snapshot", "00:03:12"),
                check("paid invoices have payments", "0", "0"));
        return report(
                "portal",
                checks,
                List.of(
                        new NegativeControl("one value changed", "rows", true, "rows", "public.invoices"),
                        new NegativeControl("one row deleted", "row counts", true, "row counts", "public.tickets"),
                        new NegativeControl("one index dropped", "schema", true, "schema", null)),
                List.of(new ExternalVerdict(
                        "smoke test of the application", true, "31 of 31", at("2026-01-15T03:20:00Z"))),
                List.of(
                        earlier("d-3", "2025-10-15T03:09:00Z", 402_000, 57_900_000_000L, true),
                        earlier("d-1", "2025-04-15T03:12:00Z", 371_000, 41_000_000_000L, true),
                        earlier("d-2", "2025-07-15T03:40:00Z", 398_000, 50_300_000_000L, false)),
                new SignOff("Anna Berger", at("2026-01-15T09:02:11Z"), "Dashboard and invoices seen on the copy."),
                null);
    }

    public static DrillReport failed() {
        List<DrillCheck> checks = List.of(
                check("schema", "412 objects", "412 objects"),
                new DrillCheck("rows", Outcome.FAILED, "48 fingerprints", "47 equal", 9_100, "public.invoices differs"),
                new DrillCheck(
                        "foreign keys", Outcome.FAILED, "0", "3", 420, "tickets: 3 rows without a client (7, 9, 12)"),
                new DrillCheck(
                        "paid invoices have payments",
                        Outcome.NOT_RUN,
                        "0",
                        "",
                        0,
                        "relation \"payments\" does not exist"));
        return report(
                "portal",
                checks,
                List.of(new NegativeControl("one value changed", "rows", false, null, "public.clients.name")),
                List.of(new ExternalVerdict(
                        "smoke test of the application", false, "login fails", at("2026-01-15T03:20:00Z"))),
                List.of(
                        earlier("d-3", "2025-10-15T03:09:00Z", 102_000, 97_900_000_000L, true),
                        earlier("d-1", "2025-04-15T03:12:00Z", 98_000, 91_000_000_000L, true)),
                null,
                "ROWS_DIFFER: public.invoices differs from its backup");
    }

    static DrillReport hostile() {
        return report(
                HOSTILE,
                List.of(new DrillCheck(HOSTILE, Outcome.FAILED, HOSTILE, HOSTILE, 1, HOSTILE)),
                List.of(new NegativeControl(HOSTILE, HOSTILE, false, null, HOSTILE)),
                List.of(new ExternalVerdict(HOSTILE, false, HOSTILE, at("2026-01-15T03:20:00Z"))),
                List.of(),
                new SignOff(HOSTILE, at("2026-01-15T09:02:11Z"), HOSTILE),
                HOSTILE);
    }

    private static DrillReport report(
            String source,
            List<DrillCheck> checks,
            List<NegativeControl> controls,
            List<ExternalVerdict> verdicts,
            List<EarlierDrill> earlier,
            @Nullable SignOff signOff,
            @Nullable String failure) {
        return new DrillReport(
                "019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f",
                source,
                "production",
                DrillReport.RESTORE_TEST,
                "postgres",
                "17.2",
                at("2026-01-15T03:00:04.123Z"),
                at("2026-01-15T03:11:41.5Z"),
                "schedule",
                new DrilledBackup(
                        "019bc1a0-1111-7c31-9d0a-3f5b6c7d8e9f",
                        at("2026-01-15T02:00:09Z"),
                        64_100_000_000L,
                        1_904_000_000L,
                        48,
                        308_022),
                "holdfast_drill_019bc1d4_1",
                new DrillTimes(431_000, 301_250, 119_400, 74_310, 3_595_000),
                3_600_000L,
                failure == null ? 86_400_000L : 1_800_000L,
                checks,
                controls,
                Checklist.decide(checks, failure == null),
                verdicts,
                earlier,
                signOff,
                failure == null,
                failure,
                "1.0");
    }

    private static DrillCheck check(String name, String expected, String actual) {
        return new DrillCheck(name, Outcome.PASSED, expected, actual, 1_234, null);
    }

    private static EarlierDrill earlier(String id, String at, long millis, long bytes, boolean passed) {
        return new EarlierDrill(id, at(at), millis, bytes, passed);
    }

    private static Instant at(String text) {
        return Instant.parse(text);
    }
}
