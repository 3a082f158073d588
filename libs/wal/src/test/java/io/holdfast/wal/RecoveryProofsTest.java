package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.RecoveredServer;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveryProofsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Window WINDOW = new Window(
            1,
            NOW.minus(Duration.ofHours(10)),
            NOW,
            new Lsn(1 << 20),
            new Lsn(1 << 24),
            List.of("000000000000001-a", "000000000000002-b"));

    @Test
    void eachBaseBackupIsProvenOnceTheNewestFirstAndThenAnInstantWeekly() {
        List<RecoveryProof> proofs = new ArrayList<>();

        assertThat(due(proofs, NOW)).contains(new RecoveryProofs.Due("000000000000002-b", null));
        proofs.add(proof("000000000000002-b", null, NOW, RecoveryProof.Outcome.PROVEN));
        assertThat(due(proofs, NOW)).contains(new RecoveryProofs.Due("000000000000001-a", null));
        proofs.add(proof("000000000000001-a", null, NOW, RecoveryProof.Outcome.PROVEN));
        Instant middle = NOW.minus(Duration.ofHours(5));
        assertThat(due(proofs, NOW)).contains(new RecoveryProofs.Due("000000000000002-b", middle));
        proofs.add(proof("000000000000001-a", middle, NOW, RecoveryProof.Outcome.PROVEN));

        assertThat(due(proofs, NOW.plus(Duration.ofDays(6)))).isEmpty();
        assertThat(due(proofs, NOW.plus(Duration.ofDays(7))))
                .map(RecoveryProofs.Due::instant)
                .contains(middle);
    }

    @Test
    void whatDidNotSucceedIsTriedAgainAfterADay() {
        for (RecoveryProof.Outcome outcome :
                List.of(RecoveryProof.Outcome.FAILED, RecoveryProof.Outcome.INCONCLUSIVE)) {
            List<RecoveryProof> proofs = List.of(
                    proof("000000000000002-b", null, NOW, outcome),
                    proof("000000000000001-a", null, NOW, RecoveryProof.Outcome.PROVEN),
                    proof("000000000000001-a", NOW, NOW, RecoveryProof.Outcome.PROVEN));

            assertThat(due(proofs, NOW.plus(Duration.ofHours(23)))).isEmpty();
            assertThat(due(proofs, NOW.plus(Duration.ofHours(24))))
                    .contains(new RecoveryProofs.Due("000000000000002-b", null));
        }
    }

    @Test
    void differencesAreNotForgottenByAProofThatCouldNotBeDone() {
        ComparedRows rows = new ComparedRows("backup", "shop", "0/1", 2, List.of("public.t"));
        RecoveryProof failed =
                new RecoveryProof("a", NOW, NOW, RecoveryProof.Outcome.FAILED, "rows differ", 1, true, 1000, rows);
        RecoveryProof later = proof("a", NOW, NOW.plusSeconds(86_400), RecoveryProof.Outcome.INCONCLUSIVE);

        assertThat(later.keepingDifferences(List.of(failed)).rowsDiffer()).isTrue();
        assertThat(later.keepingDifferences(List.of()).rows()).isNull();
        assertThat(proof("a", NOW, NOW.plusSeconds(86_400), RecoveryProof.Outcome.PROVEN)
                        .keepingDifferences(List.of(failed))
                        .rowsDiffer())
                .isFalse();
    }

    @Test
    void aTableThatCannotBeReadIsFound() throws Exception {
        try (WalSourceServer server = WalSourceServer.start()) {
            server.query("CREATE DATABASE other");
            server.query("CREATE TABLE t (n int PRIMARY KEY)");
            server.query("INSERT INTO t SELECT generate_series(1, 1000)");

            RecoveredServer.Checked sound = new RecoveredServer(WalSourceServer.programs(), server.address()).check();
            server.damage("t");

            assertThat(sound.databases()).isEqualTo(3);
            assertThat(sound.amcheck())
                    .isEqualTo(Files.isExecutable(WalSourceServer.programs().resolve("pg_amcheck")));
            assertThatThrownBy(() -> new RecoveredServer(WalSourceServer.programs(), server.address()).check())
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.SOURCE_CORRUPT))
                    .hasMessageContaining("database \"postgres\" cannot be read");
        }
    }

    private static Optional<RecoveryProofs.Due> due(List<RecoveryProof> proofs, Instant now) {
        return RecoveryProofs.due(List.of(WINDOW), proofs, now, () -> 0.5);
    }

    private static RecoveryProof proof(
            String base, @Nullable Instant instant, Instant at, RecoveryProof.Outcome outcome) {
        return new RecoveryProof(base, instant, at, outcome, null, 1, true, 1000, null);
    }
}
