package io.holdfast.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class VerificationsTest extends Service {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final String verification = UUID.randomUUID().toString();
    private final String second = UUID.randomUUID().toString();

    @Test
    void aPassedVerificationProvesTheBackup() {
        String id = Backups.stored("shop");
        signed(id, verification, Proof.Outcome.PROVEN, now);

        bus.verified("VerificationPassed", passed(id, "PROVEN", now.plusSeconds(3600)));

        Backups.awaitState(id, "PROVEN");
        JsonPath backup = Backups.get(id);
        assertThat(backup.getString("verificationId")).isEqualTo(verification);
        assertThat(Instant.parse(backup.getString("provenAt"))).isEqualTo(now);
        Bus.Heard proven = bus.await(tells("BackupProven", id));
        assertThat(proven.data().getString("verificationId")).isEqualTo(verification);
        assertThat(proven.correlation()).isEqualTo(backup.getString("correlationId"));
    }

    @Test
    void aFailedVerificationUnprovesItEvenAfterAProof() {
        String id = Backups.stored("shop");
        signed(id, verification, Proof.Outcome.PROVEN, now);
        bus.verified("VerificationPassed", passed(id, "PROVEN", now));
        Backups.awaitState(id, "PROVEN");

        signed(id, second, Proof.Outcome.FAILED, now.plusSeconds(60));
        bus.verified("VerificationFailed", failed(id, now.plusSeconds(60)));

        Backups.awaitState(id, "UNPROVEN");
        assertThat(Backups.get(id).getString("reason.code")).isEqualTo("CHUNK_CORRUPT");
        assertThat(Backups.get(id).getString("provenAt")).isNull();
        assertThat(bus.await(tells("BackupUnproven", id)).data().getString("reason.object"))
                .isEqualTo("public.orders");
    }

    @Test
    void lateRepeatedAndForeignVerdictsChangeNothing() {
        String id = Backups.stored("shop");
        String mark = Backups.stored("shop");
        signed(id, second, Proof.Outcome.FAILED, now.minusSeconds(60));
        signed(id, verification, Proof.Outcome.PROVEN, now);
        signed(mark, verification, Proof.Outcome.PROVEN, now);
        bus.verified("VerificationPassed", passed(id, "PROVEN", now));
        Backups.awaitState(id, "PROVEN");

        bus.verified("VerificationFailed", failed(id, now.plusSeconds(60)));
        bus.verified("VerificationPassed", passed(id, "PROVEN", now));
        bus.verified("VerificationPassed", passed(UUID.randomUUID().toString(), "PROVEN", now));
        bus.verified("VerificationFailed", failed(Backups.failed("nowhere"), now));
        bus.verified("VerificationPassed", passed(mark, "PROVEN", now)); // sent last, so all before it were heard
        Backups.awaitState(mark, "PROVEN");

        assertThat(Backups.get(id).getString("state")).isEqualTo("PROVEN");
        bus.await(tells("BackupProven", mark));
        assertThat(bus.about(id))
                .extracting(Bus.Heard::type)
                .containsExactly("BackupStarted", "BackupCompleted", "BackupProven");
    }

    @Test
    void intactIsNotProven() {
        String id = Backups.stored("shop");
        String mark = Backups.stored("shop");
        signed(mark, verification, Proof.Outcome.PROVEN, now);

        bus.verified("VerificationPassed", passed(id, "INTACT", now));
        bus.verified("VerificationInconclusive", inconclusive(id));
        bus.verified("VerificationPassed", passed(mark, "PROVEN", now));
        Backups.awaitState(mark, "PROVEN");

        assertThat(Backups.get(id).getString("state")).isEqualTo("STORED");
    }

    @Test
    void anEventThatTheVaultDoesNotConfirmChangesNothing() {
        String unverified = Backups.stored("shop");
        String good = Backups.stored("shop");
        String mark = Backups.stored("shop");
        signed(good, verification, Proof.Outcome.PROVEN, now);
        signed(mark, verification, Proof.Outcome.PROVEN, now);
        bus.verified("VerificationPassed", passed(good, "PROVEN", now));
        Backups.awaitState(good, "PROVEN");

        bus.verified("VerificationPassed", passed(unverified, "PROVEN", now.plusSeconds(86_400)));
        bus.verified("VerificationFailed", failed(good, now.plusSeconds(86_400)));
        bus.verified("VerificationFailed", failed(good, now).replace(second, verification));
        bus.verified("VerificationPassed", passed(mark, "PROVEN", now)); // sent last, so all before it were heard
        Backups.awaitState(mark, "PROVEN");

        assertThat(Backups.get(unverified).getString("state")).isEqualTo("STORED");
        assertThat(Backups.get(good).getString("state")).isEqualTo("PROVEN");
    }

    @Test
    void anEventWaitsForAVaultThatDoesNotAnswer() {
        String id = Backups.stored("shop");
        signed(id, verification, Proof.Outcome.PROVEN, now);

        bed.faultInjectionProxy.set(FaultInjectionProxy.State.CLOSED);
        try {
            bus.verified("VerificationPassed", passed(id, "PROVEN", now));
            Awaitility.await()
                    .atMost(Bus.PATIENCE)
                    .until(
                            () -> given().get("/q/health/ready").body().asString(),
                            health -> health.contains("verification-outcomes"));
        } finally {
            bed.faultInjectionProxy.set(FaultInjectionProxy.State.OPEN);
        }

        Backups.awaitState(id, "PROVEN");
    }

    /** As the verifier leaves it in the vault before it publishes the event. */
    private void signed(String backup, String verified, Proof.Outcome outcome, Instant at) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.putObject("reason").put("code", "CHUNK_CORRUPT").put("object", "public.orders");
        bed.vault()
                .putProof(new Proof(
                        VerificationId.parse(verified),
                        BackupId.parse(backup),
                        SourceId.parse(Backups.get(backup).getString("source.id")),
                        outcome,
                        at,
                        at,
                        "it rotted",
                        outcome == Proof.Outcome.FAILED ? report : null));
    }

    private static Predicate<Bus.Heard> tells(String type, String backup) {
        return event -> event.type().equals(type) && backup.equals(event.data().getString("backupId"));
    }

    private String passed(String backup, String level, Instant at) {
        return """
                {"verificationId":"%s","backupId":"%s","source":{"id":"%s","name":"shop"},"level":"%s","tables":3,
                "rows":4000,"bytes":1,"durationMillis":1,"restoreMillis":1,"checks":[],"passedAt":"%s"}""".formatted(verification, backup, UUID.randomUUID(), level, at);
    }

    private String failed(String backup, Instant at) {
        return """
                {"verificationId":"%s","backupId":"%s","source":{"id":"%s","name":"shop"},"level":"PROVEN",
                "reason":{"code":"CHUNK_CORRUPT","message":"it rotted","object":"public.orders"},"failedAt":"%s"}""".formatted(second, backup, UUID.randomUUID(), at);
    }

    private String inconclusive(String backup) {
        return """
                {"verificationId":"%s","backupId":"%s","source":{"id":"%s","name":"shop"},"level":"PROVEN",
                "reason":{"code":"SCRATCH_UNAVAILABLE","message":"no server"},"endedAt":"%s"}""".formatted(UUID.randomUUID(), backup, UUID.randomUUID(), now);
    }
}
