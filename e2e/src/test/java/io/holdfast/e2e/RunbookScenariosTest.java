package io.holdfast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.supabase.SupabaseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A runbook's three scenarios by the commands of docs/guide/point-in-time.md, on a server of one's own and at providers. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunbookScenariosTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern REQUESTED = Pattern.compile("restore (?<id>[0-9a-f-]{36}) of ");
    private static final DateTimeFormatter IN_MESSAGES = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @TempDir
    static Path folder;

    private RunbookPlatform platform;
    private String operator;
    private String guide;

    @BeforeAll
    void start() throws Exception {
        platform = new RunbookPlatform(folder);
        Rest.asAdminOf(Path.of("target"));
        operator = platform.services.adminToken();
        guide = Files.readString(Path.of("..", "docs/guide/point-in-time.md"));
        for (RunbookSource source : platform.sources()) {
            holdfast("backup", source.name).succeeded();
        }
    }

    @AfterAll
    void stop() {
        platform.close();
    }

    Stream<Arguments> scenarios() {
        return Stream.of(
                arguments(platform.selfManaged, RunbookScenario.DATA_CORRUPTION),
                arguments(platform.neon, RunbookScenario.BAD_MIGRATION));
    }

    /** Neon and Amazon RDS take the same path. */
    Stream<Arguments> moreScenarios() {
        return Stream.of(
                arguments(platform.selfManaged, RunbookScenario.BAD_MIGRATION),
                arguments(platform.selfManaged, RunbookScenario.POINT_IN_TIME),
                arguments(platform.neon, RunbookScenario.DATA_CORRUPTION),
                arguments(platform.neon, RunbookScenario.POINT_IN_TIME),
                arguments(platform.rds, RunbookScenario.BAD_MIGRATION),
                arguments(platform.supabase, RunbookScenario.POINT_IN_TIME));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("scenarios")
    void theLiveDatabaseHasExactlyTheRowsOfTheInstantAndStaysPromoted(RunbookSource source, RunbookScenario scenario)
            throws Exception {
        restores(source, scenario);
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("moreScenarios")
    void soItIsForTheOtherScenarios(RunbookSource source, RunbookScenario scenario) throws Exception {
        restores(source, scenario);
    }

    private void restores(RunbookSource source, RunbookScenario scenario) throws Exception {
        Instant begin = Instant.now();
        source.placeOrders();
        List<String> wanted = source.content();
        Instant at = source.mark();
        source.damage(scenario, at);
        List<String> damaged = source.content();
        assertThat(damaged).isNotEqualTo(wanted);
        if (scenario.breaksApplication) {
            assertThat(platform.application.status(source)).isEqualTo(503);
        }
        awaitWindow(source, at);

        if (scenario == RunbookScenario.DATA_CORRUPTION) {
            restoresBeside(source, at, wanted);
        }
        if (scenario == RunbookScenario.POINT_IN_TIME) {
            plans(source, at);
        }
        assertThat(source.content()).as("still damaged").isEqualTo(damaged);
        String restore = replaces(source, at, scenario, damaged);

        assertThat(source.content()).isEqualTo(wanted);
        JsonNode shown = holdfast("show", restore, "--json").json();
        assertThat(shown.path("state").asText()).isIn("WATCHING", "COMPLETED");
        assertThat(Instant.parse(shown.path("snapshotAt").asText())).isEqualTo(at);
        isHealthy(source, shown);
        canBeRolledBack(source, shown);
        isReported(source, restore, at, begin);
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(platform.billed()).isEmpty());
        if (source == platform.rds) {
            rollsBack(source, restore, damaged);
        }
    }

    @Test
    void anInstantOutsideTheWindowIsRefusedWithItAndNothingIsTouched() throws Exception {
        awaitWindow(platform.selfManaged, Instant.EPOCH);
        String from = holdfast("windows", platform.selfManaged.name, "--json")
                .json()
                .at("/servers/0/windows/0/from")
                .asText();
        platform.forgetRequests();

        for (RunbookSource source : platform.sources()) {
            List<String> before = source.content();

            HoldfastCommand.Result refused =
                    holdfast(source, replacement(source, Instant.parse("2020-01-01T00:00:00Z"), "--yes"));

            assertThat(refused.exit()).as(refused.toString()).isEqualTo(3);
            assertThat(refused.err())
                    .contains(source == platform.selfManaged ? "any point from " + from : "keeps the instants from")
                    .contains("nothing live was touched");
            assertThat(source.content()).isEqualTo(before);
        }
        assertThat(platform.neonApi.requests()).isNotEmpty().noneMatch(request -> request.startsWith("POST"));
        assertThat(platform.rdsApi.requests()).isNotEmpty().allMatch(action -> action.startsWith("Describe"));
        assertThat(platform.supabaseApi.requests()).isNotEmpty().noneMatch(request -> request.startsWith("POST"));
        assertThat(platform.billed()).isEmpty();
    }

    /** The operator asks until the instant is in a window: WAL is archived with a delay. */
    private void awaitWindow(RunbookSource source, Instant at) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            JsonNode windows = holdfast("windows", source.name, "--json").json();
            JsonNode window =
                    source == platform.selfManaged ? windows.at("/servers/0/windows/0") : windows.path("history");
            assertThat(Instant.parse(window.path("from").asText())).isBefore(Instant.now());
            assertThat(Instant.parse(window.path("to").asText())).isAfter(at);
        });
    }

    private void restoresBeside(RunbookSource source, Instant at, List<String> wanted) throws Exception {
        String beside = source.name + "_before";

        HoldfastCommand.Result done = asInGuide(
                        source, at, "restore", source.name, "--at", at.toString(), "--point-in-time", "--into", beside)
                .succeeded();

        assertThat(done.out()).contains(" of " + source.name + " into " + beside + ": COMPLETED");
        assertThat(source.content(beside)).isEqualTo(wanted);
    }

    private void plans(RunbookSource source, Instant at) throws Exception {
        assertThat(asInGuide(source, at, "windows", source.name).succeeded().out())
                .contains(source == platform.selfManaged ? "TO LSN" : "keeps the instants from");

        assertThat(asInGuide(source, at, replacement(source, at, "--dry-run"))
                        .succeeded()
                        .out())
                .contains("plan ")
                .contains(at.toString())
                .contains("nothing prevents it");
    }

    /** Returns the id of the restore when it has been promoted. */
    private String replaces(RunbookSource source, Instant at, RunbookScenario scenario, List<String> damaged)
            throws Exception {
        HoldfastCommand.Result done = asInGuide(source, at, replacement(source, at, "--yes", "--why", scenario.why()));
        String restore = id(done);
        if (source == platform.neon) {
            assertThat(done.exit()).as(done.toString()).isEqualTo(3);
            assertThat(done.err()).contains("./holdfast approve " + restore);
            assertThat(source.content()).isEqualTo(damaged);
            approve(restore);
            done = holdfast("show", restore);
        }
        assertThat(done.succeeded().out())
                .contains("restore    " + restore + " of " + source.name + " into " + source.name + ": WATCHING")
                .contains("data of    "
                        + at.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' '))
                .contains("the application is well: it answered 200, database connected");
        return restore;
    }

    private void approve(String restore) throws Exception {
        platform.holdfast.run(RunbookPlatform.APPROVER, "approve", restore).succeeded();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(300)).until(() -> {
            JsonNode shown = Rest.get(platform.services.url(Service.RESTORE), "/api/restores/" + restore);
            assertThat(shown.path("state").asText()).as(shown.toString()).isNotIn("FAILED", "ROLLED_BACK", "EXPIRED");
            return shown.path("state").asText().equals("WATCHING");
        });
    }

    private static String[] replacement(RunbookSource source, Instant at, String... more) {
        return Stream.concat(
                        Stream.of("restore", source.name, "--at", at.toString(), "--point-in-time", "--replace"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The probe was requested after the switch, and had queried the live database. */
    private void isHealthy(RunbookSource source, JsonNode shown) {
        JsonNode health = StreamSupport.stream(shown.path("steps").spliterator(), false)
                .filter(step -> step.path("name").asText().equals("health"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(shown.toPrettyString()));
        assertThat(health.path("detail").asText()).contains("it answered 200, database connected");
        assertThat(platform.application.wasHealthy(
                        source.name, Instant.parse(health.path("startedAt").asText())))
                .isTrue();
    }

    /** To the database that was replaced; of a Supabase project, to the proven safety backup. */
    private void canBeRolledBack(RunbookSource source, JsonNode shown) throws Exception {
        if (source == platform.supabase) {
            String safety = shown.path("safetyBackupId").asText();
            assertThat(holdfast("show", safety, "--json").json().path("state").asText())
                    .isEqualTo("PROVEN");
            return;
        }
        assertThat(Instant.parse(shown.path("keptUntil").asText())).isAfter(Instant.now());
        assertThat(source.query(
                        "postgres",
                        "SELECT datname FROM pg_database WHERE datname LIKE 'holdfast\\_kept\\_"
                                + shown.path("id").asText().replace("-", "") + "%'"))
                .hasSize(1);
    }

    private void rollsBack(RunbookSource source, String restore, List<String> damaged) throws Exception {
        assertThat(holdfast("rollback", restore).succeeded().out()).contains("is rolled back");
        assertThat(source.content()).isEqualTo(damaged);
    }

    private void isReported(RunbookSource source, String restore, Instant at, Instant since) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> messages = platform.slack(since).stream()
                    .map(message -> message.path("body").asText())
                    .toList();
            assertThat(messages)
                    .anySatisfy(message -> assertThat(message)
                            .contains("Restore of " + source.name + " started")
                            .contains(source.name))
                    .anySatisfy(message -> assertThat(message)
                            .contains("Restore of " + source.name + " completed")
                            .contains(restore)
                            .contains(IN_MESSAGES.format(at)));
        });
    }

    private static String id(HoldfastCommand.Result said) {
        Matcher requested = REQUESTED.matcher(said.out());
        assertThat(requested.find()).as(said.toString()).isTrue();
        return requested.group("id");
    }

    /** The guide names the source portal, and has one instant. */
    private HoldfastCommand.Result asInGuide(RunbookSource source, Instant at, String... arguments) throws Exception {
        assertThat(guide)
                .contains(("./holdfast " + String.join(" ", arguments) + "\n")
                        .replace(at.toString(), "2026-11-26T10:14:59Z")
                        .replace(source.name, "portal"));
        return holdfast(source, arguments);
    }

    /** A restore of a Supabase project has to be confirmed. */
    private HoldfastCommand.Result holdfast(RunbookSource source, String... arguments) throws Exception {
        return source == platform.supabase && arguments[0].equals("restore")
                ? holdfast(Stream.concat(Stream.of(arguments), Stream.of("--confirm-project", SupabaseServer.PROJECT))
                        .toArray(String[]::new))
                : holdfast(arguments);
    }

    private HoldfastCommand.Result holdfast(String... arguments) throws Exception {
        return platform.holdfast.run(operator, arguments);
    }
}
