package io.holdfast.restore.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceTest {
    private static final Instant END = Instant.parse("2026-01-15T02:30:00Z");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final Application portal = new Application();
    private final List<Duration> pauses = new ArrayList<>();
    private final Maintenance maintenance = new Maintenance(Application.CLIENT, pauses::add);
    private final MaintenanceWindow window = new MaintenanceWindow(
            "portal", RestoreId.next(InstantSource.system()), "switch", "a \"bad\" migration", END);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        portal.close();
    }

    @Test
    void theApplicationIsToldWhatAndWhyAndUntilWhen() {
        assertThat(maintenance.on(webhooks(LONG), window)).isInstanceOf(MaintenanceOutcome.Done.class);

        assertThat(portal.asked)
                .containsExactly(
                        new Application.Asked(
                                "POST",
                                "/on?token=s3cret",
                                window.restore() + "-switch-on",
                                "{\"maintenance\":\"on\",\"source\":\"portal\",\"restoreId\":\"" + window.restore()
                                        + "\",\"reason\":\"a \\\"bad\\\" migration\",\"expectedEndAt\":\"2026-01-15T02:30:00Z\"}"));
    }

    @Test
    void aSourceWithoutStepsIsLeftToPeople() {
        assertThat(maintenance.on(Optional.empty(), window)).isEqualTo(new MaintenanceOutcome.NotConfigured());
        assertThat(maintenance.off(Optional.empty(), window)).isEqualTo(new MaintenanceOutcome.NotConfigured());
    }

    @Test
    void whatMayPassIsTriedAgainAsTheSameWish() {
        portal.answers(503, -1, 204);

        assertThat(maintenance.on(webhooks(LONG), window)).isInstanceOf(MaintenanceOutcome.Done.class);

        assertThat(portal.asked).hasSize(3);
        assertThat(portal.asked)
                .extracting(Application.Asked::idempotencyKey)
                .containsOnly(window.restore() + "-switch-on");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(4));
    }

    @Test
    void attemptsEndAfterTheThird() {
        portal.answers(500);

        assertThat(failed(maintenance.on(webhooks(LONG), window)))
                .startsWith("source \"portal\": maintenance could not be switched on: its webhook answered 500")
                .doesNotContain("s3cret");
        assertThat(portal.asked).hasSize(3);
    }

    @Test
    void aRefusalIsNotRepeatedAndARedirectionIsNoYes() {
        portal.answers(403, 302);

        assertThat(failed(maintenance.on(webhooks(LONG), window))).contains("answered 403");
        assertThat(failed(maintenance.on(webhooks(LONG), window))).contains("answered 302");
        assertThat(portal.asked).hasSize(2);
    }

    @Test
    void anAnswerThatDoesNotComeIsNotWaitedForForEver() {
        portal.answers(0);

        assertThat(failed(maintenance.on(webhooks(SHORT), window))).contains("no answer within 200 ms");
        assertThat(portal.asked).hasSize(3);
    }

    @Test
    void anApplicationThatIsDownIsSaidToBe() {
        Optional<SourceConfig.Maintenance> steps = webhooks(LONG);
        portal.close();

        assertThat(failed(maintenance.off(steps, window)))
                .contains("cannot be connected to")
                .doesNotContain("s3cret");
    }

    @Test
    void offIsSafeWithoutOnAndTwiceAndOnAnotherOccasionIsAnotherWish() {
        var rollback = new MaintenanceWindow("portal", window.restore(), "rollback", "back to what was", null);

        for (int i = 0; i < 2; i++) {
            assertThat(maintenance.off(webhooks(LONG), window)).isInstanceOf(MaintenanceOutcome.Done.class);
        }
        assertThat(maintenance.off(webhooks(LONG), rollback)).isInstanceOf(MaintenanceOutcome.Done.class);

        assertThat(portal.asked)
                .extracting(Application.Asked::idempotencyKey)
                .containsExactly(
                        window.restore() + "-switch-off",
                        window.restore() + "-switch-off",
                        window.restore() + "-rollback-off");
        assertThat(portal.asked.getLast().body()).doesNotContain("expectedEndAt");
    }

    @Test
    void aThreadThatIsToStopSwitchesOffAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        MaintenanceOutcome outcome = maintenance.off(webhooks(LONG), window);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome).isInstanceOf(MaintenanceOutcome.Done.class);
        assertThat(portal.asked).hasSize(1);
    }

    @Test
    void anInterruptEndsOnWithCancelled() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> maintenance.on(webhooks(LONG), window))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aCommandGetsItsArgumentsAsTheyAreAndTheRestFromItsEnvironment() throws IOException {
        Path out = folder.resolve("out");
        var told =
                commands(LONG, "/bin/sh", "-c", "{ printf '%s\\n' \"$@\"; env; } > " + out, "sh", "a b", "$(id)", "*");

        assertThat(maintenance.on(told, window))
                .isEqualTo(new MaintenanceOutcome.Done("its command ended with exit code 0"));

        assertThat(Files.readAllLines(out))
                .startsWith("a b", "$(id)", "*")
                .contains(
                        "HOLDFAST_MAINTENANCE=on",
                        "HOLDFAST_SOURCE=portal",
                        "HOLDFAST_RESTORE_ID=" + window.restore(),
                        "HOLDFAST_REASON=a \"bad\" migration",
                        "HOLDFAST_EXPECTED_END_AT=2026-01-15T02:30:00Z",
                        "HOLDFAST_IDEMPOTENCY_KEY=" + window.restore() + "-switch-on")
                .filteredOn(line -> line.matches("[A-Z_]+=.*"))
                .allMatch(line -> line.matches(
                        "(HOLDFAST_|PATH=|HOME=|USER=|LANG=|LC_ALL=|TZ=|TMPDIR=|PWD=|OLDPWD=|SHLVL=|_=).*"));
    }

    @Test
    void theExitCodeCountsAndWhatItWroteIsNotInTheOutcome() {
        assertThat(failed(maintenance.on(commands(LONG, "/bin/sh", "-c", "echo hunter2; exit 3"), window)))
                .contains("exit code 3")
                .doesNotContain("hunter2");
    }

    @Test
    void aCommandThatIsNotThereIsSaidToBe() {
        assertThat(failed(maintenance.on(commands(LONG, "/no/such/program"), window)))
                .contains("cannot be started");
    }

    @Test
    void aCommandThatHangsIsKilledWithWhatItStarted() throws IOException {
        Path pids = folder.resolve("pids");
        var hanging = commands(
                SHORT.multipliedBy(10), "/bin/sh", "-c", "sleep 300 & printf '%s\\n' $! $$ > " + pids + "; wait");

        assertThat(failed(maintenance.on(hanging, window))).contains("did not end within 2000 ms");

        for (String pid : Files.readAllLines(pids)) {
            ProcessHandle.of(Long.parseLong(pid))
                    .ifPresent(left -> assertThat(left.onExit()).succeedsWithin(Duration.ofSeconds(20)));
        }
    }

    @Test
    void aProgramThatWritesALotIsNotHeldUp() {
        assertThat(maintenance.on(commands(LONG, "/bin/sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' ' '"), window))
                .isInstanceOf(MaintenanceOutcome.Done.class);
    }

    @Test
    void whatLooksLikeASecretIsNotLogged() {
        assertThat(SecretRedactor.of("""
                        set API_TOKEN=abc123
                        db postgresql://u:hunter2@db/x
                        Authorization: Bearer eyJhb
                        "password": "pass word"
                        done"""))
                .doesNotContain("abc123", "hunter2", "eyJhb", "\n")
                .startsWith("set API_TOKEN=…")
                .endsWith("done");
    }

    private static String failed(MaintenanceOutcome outcome) {
        assertThat(outcome).isInstanceOf(MaintenanceOutcome.Failed.class);
        return ((MaintenanceOutcome.Failed) outcome).message();
    }

    private Optional<SourceConfig.Maintenance> webhooks(Duration timeout) {
        return Optional.of(new SourceConfig.Maintenance(
                webhook(portal.at("/on?token=s3cret")), webhook(portal.at("/off?token=s3cret")), timeout));
    }

    private static SourceConfig.Step webhook(URI url) {
        return new SourceConfig.Step(Optional.of(url), Optional.empty());
    }

    private static Optional<SourceConfig.Maintenance> commands(Duration timeout, String... command) {
        var step = new SourceConfig.Step(Optional.empty(), Optional.of(List.of(command)));
        return Optional.of(new SourceConfig.Maintenance(step, step, timeout));
    }
}
