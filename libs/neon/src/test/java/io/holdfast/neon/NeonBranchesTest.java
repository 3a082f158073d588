package io.holdfast.neon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.neon.NeonServer;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.testsupport.engine.Copies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches of the stand-in, whose databases are real. */
class NeonBranchesTest {
    private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
    private static final Instant BEFORE = NOW.minus(Duration.ofHours(2));
    private static final Instant AFTER = NOW.minus(Duration.ofHours(1));

    private static ScratchHistory history;

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final UUID restore = UUID.randomUUID();
    private final AtomicInteger held = new AtomicInteger();
    private NeonServer neon;

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
        neon = NeonServer.start(history, now::get);
    }

    @AfterEach
    void stop() {
        neon.close();
    }

    private NeonBranches branches() {
        return branches("ab12");
    }

    private NeonBranches branches(String owner) {
        NeonSettings settings =
                new NeonSettings(neon.endpoint(), NeonServer.PROJECT, Optional.empty(), "shop", "app", owner);
        return new NeonBranches(
                settings,
                PasswordSupplier.from(neon::key),
                now::get,
                pause -> now.updateAndGet(instant -> instant.plus(pause)));
    }

    private PointInTimeCopy copy(Instant at) {
        return branches().copy(restore, at, NOW.plus(Duration.ofHours(24)), held::incrementAndGet);
    }

    private static String rows(PointInTimeCopy copy) {
        try (Snapshot snapshot = new PostgresEngine(PostgresTools.find(null))
                .open(copy.address(), copy.password(), SnapshotOptions.defaults())) {
            return Copies.of(snapshot).rows().values().stream()
                    .map(rows -> new String(rows, StandardCharsets.UTF_8))
                    .reduce("", String::concat);
        }
    }

    @Test
    void theStateOfAnInstantIsCapturedFromABranchAndTheBranchIsDeleted() {
        PointInTimeCopy copy = copy(AFTER.minusSeconds(1));

        assertThat(rows(copy)).contains("one").doesNotContain("lost");
        assertThat(copy.at()).isEqualTo(AFTER.minusSeconds(1));
        assertThat(copy.password().reveal()).isEqualTo("p@ss/word");
        assertThat(copy.toString()).doesNotContain("p@ss").doesNotContain("p%40ss");
        assertThat(neon.branches()).containsExactly("holdfast-ab12-" + restore);
        branches().delete(restore);
        assertThat(neon.branches()).isEmpty();
        branches().delete(restore);
    }

    @Test
    void anInstantOutsideTheHistoryIsRefusedWithTheWindowAndNothingIsMade() {
        for (Instant at : new Instant[] {NOW.minus(Duration.ofHours(25)), NOW.plusSeconds(60)}) {
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> copy(at));

            assertThat(failure.code()).isEqualTo(FailureCode.POINT_NOT_COVERED);
            assertThat(failure)
                    .hasMessageContaining(NOW.minus(Duration.ofDays(1)).toString())
                    .hasMessageContaining("history_retention_seconds");
        }
        neon.retention(Duration.ofDays(30));
        assertThat(branches().window().from()).as("of the project").isEqualTo(NOW.minus(Duration.ofDays(10)));
        assertThat(neon.branches()).isEmpty();
        assertThat(neon.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void aBranchWhoseAnswerWasLostIsFoundAgain() {
        neon.foreignBranch("main-copy");
        neon.foreignBranch("holdfast-ab12-by-hand");
        branches("zz").copy(UUID.randomUUID(), BEFORE, NOW.plus(Duration.ofHours(1)), held::incrementAndGet);
        neon.loseAnswers(1);

        PointInTimeCopy copy = copy(BEFORE);

        assertThat(rows(copy)).contains("one");
        assertThat(neon.branches()).hasSize(4);
        assertThat(copy(BEFORE).address()).as("of an attempt that died").isEqualTo(copy.address());
        assertThat(neon.branches()).hasSize(4);
    }

    @Test
    void aLockedProjectIsWaitedFor() {
        neon.lock(3);

        assertThat(rows(copy(BEFORE))).contains("one");
    }

    @Test
    void whatAKilledProcessLeftIsSweptAndNothingElse() {
        neon.foreignBranch("main-copy");
        neon.foreignBranch("holdfast-ab12-by-hand");
        copy(BEFORE);
        UUID other = UUID.randomUUID();
        branches().copy(other, BEFORE, NOW.plus(Duration.ofHours(1)), held::incrementAndGet);
        branches("zz").copy(UUID.randomUUID(), BEFORE, NOW.plus(Duration.ofHours(1)), held::incrementAndGet);

        int swept = branches().sweep(restore::equals);

        assertThat(swept).isEqualTo(1);
        assertThat(neon.branches())
                .hasSize(4)
                .contains("holdfast-ab12-" + restore, "main-copy", "holdfast-ab12-by-hand");
    }

    @Test
    void aBranchThatIsForgottenExpires() {
        copy(BEFORE);

        now.set(NOW.plus(Duration.ofHours(25)));

        assertThat(neon.branches()).isEmpty();
    }

    @Test
    void aBranchOfALaterStateIsNotUsed() {
        neon.skew(Duration.ofSeconds(5));

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> copy(BEFORE));

        assertThat(failure.code()).isEqualTo(FailureCode.POINT_NOT_REACHED);
        assertThat(neon.branches()).isEmpty();
    }

    @Test
    void aWorkerThatLostItsLeaseMakesNothing() {
        IllegalStateException lost = new IllegalStateException("lease lost");

        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> branches().copy(restore, BEFORE, NOW.plus(Duration.ofHours(1)), () -> {
                            throw lost;
                        })))
                .isSameAs(lost);
        assertThat(neon.branches()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"napi_wrong", "napi_wrong\nnapi_other"})
    void anUnknownKeyIsAFailureOfAuthenticationWithoutTheKey(String key) {
        NeonSettings settings =
                new NeonSettings(neon.endpoint(), NeonServer.PROJECT, Optional.empty(), "shop", "app", "ab12");
        NeonBranches wrong = new NeonBranches(settings, PasswordSupplier.from(() -> key), now::get);

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, wrong::window);

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED);
        assertThat(failure.reason().toString()).doesNotContain("napi_wrong");
    }

    @Test
    void thePoolIsAvoided() {
        assertThat(NeonBranches.direct("ep-cool-sun-1-pooler.eu-central-1.aws.neon.tech"))
                .isEqualTo("ep-cool-sun-1.eu-central-1.aws.neon.tech");
        assertThat(NeonBranches.direct("ep-pooler-sun-1.aws.neon.tech")).isEqualTo("ep-pooler-sun-1.aws.neon.tech");
    }
}
