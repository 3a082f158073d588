package io.holdfast.rds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.rds.RdsServer;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.testsupport.engine.Copies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Instances and clusters of the stand-in, whose databases are real. */
class RdsCopiesTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Instant BEFORE = NOW.minus(Duration.ofHours(2));
    private static final Instant AFTER = NOW.minus(Duration.ofHours(1));
    private static final RdsSettings.Source INSTANCE = new RdsSettings.Instance(RdsServer.INSTANCE);
    private static final RdsSettings.Source CLUSTER = new RdsSettings.Cluster(RdsServer.CLUSTER);

    private static ScratchHistory history;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final UUID restore = UUID.randomUUID();
    private final String name = "holdfast-" + restore;
    private RdsServer rds;

    @BeforeAll
    static void startDatabases() {
        history = ScratchHistory.start();
        history.sql(
                "shop", "CREATE TABLE notes (id int PRIMARY KEY, body text)", "INSERT INTO notes VALUES (1, 'one')");
        history.keep("shop", BEFORE);
        history.sql("shop", "UPDATE notes SET body = 'lost'");
        history.keep("shop", AFTER);
    }

    @AfterAll
    static void stopDatabases() {
        history.close();
    }

    @BeforeEach
    void start() {
        rds = RdsServer.start(history, now::get);
    }

    @AfterEach
    void stop() {
        rds.close();
    }

    static List<RdsSettings.Source> sources() {
        return List.of(INSTANCE, CLUSTER);
    }

    private RdsCopies copies(RdsSettings.Source source) {
        return copies(source, "owner-1", rds.accessKey());
    }

    private RdsCopies copies(RdsSettings.Source source, String owner, String key) {
        RdsSettings settings = new RdsSettings(
                Optional.of(rds.endpoint()),
                RdsServer.REGION,
                source,
                Optional.empty(),
                DatabaseAddress.parse("postgresql://app@portal.example/shop?sslmode=disable"),
                owner);
        RdsCredentials credentials = new RdsCredentials(Optional.of(new RdsCredentials.Keys(
                PasswordSupplier.from(() -> key), PasswordSupplier.from(() -> "the-secret-key"))));
        return new RdsCopies(
                settings,
                credentials,
                PasswordSupplier.none(),
                now::get,
                pause -> now.updateAndGet(instant -> instant.plus(pause)));
    }

    private PointInTimeCopy copy(RdsSettings.Source source, Instant at) {
        return copies(source).copy(restore, at, NOW.plus(Duration.ofHours(24)), () -> {});
    }

    private static String rows(PointInTimeCopy copy) {
        try (Snapshot snapshot = new PostgresEngine(PostgresTools.find(null))
                .open(copy.address(), copy.password(), SnapshotOptions.defaults())) {
            return Copies.of(snapshot).rows().values().stream()
                    .map(rows -> new String(rows, StandardCharsets.UTF_8))
                    .reduce("", String::concat);
        }
    }

    /** Every look lets the stand-in go on with what it deletes. */
    private void settle(RdsSettings.Source source) {
        for (int look = 0; look < 4; look++) {
            copies(source).sweep(needed -> true);
            copies(source.equals(CLUSTER) ? INSTANCE : CLUSTER).sweep(needed -> true);
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void theStateOfAnInstantIsCapturedAndNothingStaysBilled(RdsSettings.Source source) {
        PointInTimeCopy copy = copy(source, AFTER.minusMillis(500));

        assertThat(rows(copy)).contains("one").doesNotContain("lost");
        assertThat(copy.at()).isEqualTo(AFTER.minusSeconds(1));
        assertThat(copy.address().database()).isEqualTo("shop");
        assertThat(rds.billed()).contains(name);
        copies(source).delete(restore);
        settle(source);
        assertThat(rds.billed()).isEmpty();
        copies(source).delete(restore);
    }

    /** Without them the copy is in another network, with other parameters. */
    @Test
    void networkParametersAndClassAreThoseOfTheSource() {
        copy(INSTANCE, BEFORE);
        copy(CLUSTER, BEFORE);

        assertThat(rds.parameters(name))
                .containsEntry("DBInstanceClass", "db.m6g.large")
                .containsEntry("DBSubnetGroupName", "portal-subnets")
                .containsEntry("VpcSecurityGroupIds", "sg-portal")
                .containsEntry("DBParameterGroupName", "portal-parameters")
                .containsEntry("MultiAZ", "false")
                .containsEntry("DeletionProtection", "false");
        assertThat(rds.parameters(name + "-1"))
                .containsEntry("DBInstanceClass", "db.m6g.large")
                .containsEntry("DBParameterGroupName", "portal-parameters")
                .doesNotContainKeys("MonitoringInterval", "EnablePerformanceInsights");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void anInstantOutsideTheWindowIsRefusedWithTheWindowAndNothingIsMade(RdsSettings.Source source) {
        PointInTimeWindow window = copies(source).window();
        assertThat(window.from()).isEqualTo(NOW.minus(Duration.ofDays(7)));
        assertThat(window.to()).isEqualTo(NOW.minus(Duration.ofMinutes(5)).minusSeconds(1));

        for (Instant at :
                List.of(NOW.minus(Duration.ofDays(8)), NOW.minus(Duration.ofMinutes(5)), NOW.plusSeconds(60))) {
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> copy(source, at));

            assertThat(failure.code()).isEqualTo(FailureCode.POINT_NOT_COVERED);
            assertThat(failure)
                    .hasMessageContaining(window.from().toString())
                    .hasMessageContaining(window.to().toString());
        }
        assertThat(rds.requests()).allMatch(action -> action.startsWith("Describe"));
    }

    @Test
    void aSourceWithoutAutomatedBackupsHasNoWindow() {
        rds.retention(Duration.ZERO);

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> copy(INSTANCE, BEFORE));

        assertThat(failure.code()).isEqualTo(FailureCode.POINT_NOT_COVERED);
        assertThat(failure).hasMessageContaining("automated backups are off");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void aCopyWhoseAnswerWasLostIsFoundAgain(RdsSettings.Source source) {
        rds.loseAnswers(2);
        rds.throttle(1);

        PointInTimeCopy copy = copy(source, BEFORE);

        assertThat(rows(copy)).contains("one");
        assertThat(copy(source, BEFORE).address()).as("of an attempt that died").isEqualTo(copy.address());
        assertThat(rds.billed()).hasSize(source.equals(CLUSTER) ? 2 : 1);
    }

    /** Requests of a whole life of a copy, before and after which the process dies. */
    static Stream<Arguments> deaths() {
        return sources().stream()
                .flatMap(source -> IntStream.rangeClosed(1, 24)
                        .boxed()
                        .flatMap(request ->
                                Stream.of(true, false).map(carriedOut -> Arguments.of(source, request, carriedOut))));
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void whereverAProcessDiesTheNextOneUsesOrSweepsWhatItLeft(
            RdsSettings.Source source, int request, boolean carriedOut) {
        rds.dieAt(request, carriedOut);
        HoldfastException died = catchThrowableOfType(HoldfastException.class, () -> {
            copy(source, BEFORE);
            copies(source).delete(restore);
        });
        boolean dead = rds.revive();
        assumeThat(died).as("life is shorter").isNotNull();
        assertThat(dead).isTrue();

        assertThat(copy(source, BEFORE).address().host()).isEqualTo("127.0.0.1");
        assertThat(rds.billed()).filteredOn(id -> !id.endsWith("-1")).containsExactly(name);
        swept(source);
        assertThat(rds.billed()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void whereverAProcessDiesASweepEndsAllBilling(RdsSettings.Source source, int request, boolean carriedOut) {
        rds.dieAt(request, carriedOut);
        HoldfastException died = catchThrowableOfType(HoldfastException.class, () -> {
            copy(source, BEFORE);
            copies(source).delete(restore);
        });
        rds.revive();
        assumeThat(died).as("life is shorter").isNotNull();

        swept(source);

        assertThat(rds.billed()).isEmpty();
    }

    /** What is still being created cannot be deleted: the next sweep does. */
    private void swept(RdsSettings.Source source) {
        for (int tried = 0; tried < 8 && !rds.billed().isEmpty(); tried++) {
            try {
                copies(source).sweep(needed -> false);
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
            }
            settle(source);
        }
    }

    @Test
    void onlyOwnCopiesThatAreNotNeededOrExpiredAreSwept() {
        UUID needed = UUID.randomUUID();
        UUID foreign = UUID.randomUUID();
        copy(INSTANCE, BEFORE);
        copies(INSTANCE).copy(needed, BEFORE, NOW.plus(Duration.ofHours(2)), () -> {});
        copies(INSTANCE, "owner-2", rds.accessKey()).copy(foreign, BEFORE, NOW.plus(Duration.ofHours(1)), () -> {});
        rds.foreignInstance("holdfast-by-hand", Map.of());
        rds.foreignInstance("somebody", Map.of("holdfast:source", "owner-1", "holdfast:restore", restore.toString()));

        assertThat(copies(INSTANCE).sweep(needed::equals)).isEqualTo(1);
        settle(INSTANCE);
        assertThat(rds.billed())
                .containsExactlyInAnyOrder("holdfast-" + needed, "holdfast-" + foreign, "holdfast-by-hand", "somebody");

        now.set(NOW.plus(Duration.ofHours(3)));
        assertThat(copies(INSTANCE).sweep(any -> true)).as("expired").isEqualTo(1);
        settle(INSTANCE);
        assertThat(rds.billed()).contains("holdfast-" + foreign).doesNotContain("holdfast-" + needed);
    }

    @Test
    void anInstanceOfTheSameNameWithoutTheTagsIsNeitherUsedNorDeleted() {
        rds.foreignInstance(name, Map.of("team", "portal"));

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> copy(INSTANCE, BEFORE));
        copies(INSTANCE).delete(restore);

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED);
        assertThat(rds.billed()).containsExactly(name);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void aCopyThatAmazonCannotMakeIsDeletedAndNamed(RdsSettings.Source source) {
        rds.failNext("incompatible-network");

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> copy(source, BEFORE));

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED);
        assertThat(failure).hasMessageContaining("incompatible-network");
        settle(source);
        assertThat(rds.billed()).isEmpty();
    }

    @Test
    void aWorkerThatLostItsLeaseMakesNothing() {
        IllegalStateException lost = new IllegalStateException("lease lost");

        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> copies(INSTANCE).copy(restore, BEFORE, NOW.plus(Duration.ofHours(1)), () -> {
                            throw lost;
                        })))
                .isSameAs(lost);
        assertThat(rds.billed()).isEmpty();
    }

    @Test
    void unknownKeysAreAFailureOfAuthenticationWithoutThem() {
        HoldfastException failure = catchThrowableOfType(
                HoldfastException.class,
                () -> copies(INSTANCE, "owner-1", "AKIDWRONG").window());

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED);
        assertThat(failure.reason().toString()).doesNotContain("AKIDWRONG").doesNotContain("the-secret-key");
    }

    @Test
    void aMemberOfAClusterIsRefusedWithTheClustersName() {
        HoldfastException failure = catchThrowableOfType(
                HoldfastException.class,
                () -> copies(new RdsSettings.Instance(RdsServer.CLUSTER + "-writer"))
                        .window());

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED);
        assertThat(failure).hasMessageContaining("cluster " + RdsServer.CLUSTER);
    }

    @Test
    void thePlanNamesCopyClassWindowAndCost() {
        List<String> lines = copies(INSTANCE).plan(restore, BEFORE.plusMillis(1), Duration.ofHours(7));

        assertThat(lines.toString())
                .contains("RDS instance " + name)
                .contains("with the state of " + BEFORE + " (Amazon restores to whole seconds)")
                .contains("keeps the instants from")
                .contains("creates an instance of class db.m6g.large");
        assertThat(rds.requests()).allMatch(action -> action.startsWith("Describe"));
    }
}
