package io.holdfast.verifier;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes wrong around a verification says nothing of the backup. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class OutsideTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Site site;

    @Inject
    Scratched scratched;

    @Inject
    DataSource database;

    @AfterEach
    void openTheDoor() {
        site.vault.set(FaultInjectionProxy.State.OPEN);
    }

    @Test
    @Tag("slow")
    void aVaultThatCannotBeReachedSaysNothingOfTheBackup() {
        Manifest manifest = shop.backup(Shop.SHOP);
        site.vault.set(FaultInjectionProxy.State.CLOSED);

        stored(manifest);

        assertThat(inconclusive(manifest).reason().code()).isEqualTo(FailureCode.VAULT_UNREACHABLE);
        assertThat(shop.vault.proofs(Shop.SHOP.id(), manifest.backup())).isEmpty();
        given().get("/api/verifications?backup=" + manifest.backup())
                .then()
                .body("items[0].state", equalTo("INCONCLUSIVE"));
    }

    @Test
    void aVerificationWaitsForAVaultThatDoesNotAnswer() {
        Manifest manifest = shop.backup(Shop.SHOP);
        site.vault.set(FaultInjectionProxy.State.CLOSED);

        stored(manifest);
        await().atMost(Bus.PATIENCE)
                .until(() -> given().get("/api/verifications?backup=" + manifest.backup())
                                .jsonPath()
                                .getString("items[0].retryAt")
                        != null);
        site.vault.set(FaultInjectionProxy.State.OPEN);

        bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Passed.class,
                event -> event.backupId().equals(manifest.backup()));
    }

    @Test
    void aVaultThatDeniesAccessSaysNothingOfTheBackup() {
        Manifest manifest = shop.backup(Shop.SHOP);
        site.vault.set(FaultInjectionProxy.State.FORBIDDEN);

        stored(manifest);

        assertThat(inconclusive(manifest).reason().code()).isEqualTo(FailureCode.VAULT_ACCESS_DENIED);
        assertThat(shop.vault.proofs(Shop.SHOP.id(), manifest.backup())).isEmpty();
    }

    @Test
    void aScratchDatabaseThatRunsFullSaysNothingOfTheBackup() {
        shop.sql("postgres", "create database swelling");
        shop.sql("swelling", """
                create function room(int) returns boolean language plpgsql as $$ begin
                  if current_database() <> 'swelling' then
                    raise exception using errcode = 'disk_full', message = 'No space left on device';
                  end if;
                  return true;
                end $$""", "create table heap (id int check (room(id)))", "insert into heap values (1)");
        Manifest manifest = shop.backup("swelling", Shop.SHOP);

        stored(manifest);

        assertThat(inconclusive(manifest).reason().code()).isEqualTo(FailureCode.TARGET_DISK_FULL);
        assertThat(shop.vault.proofs(Shop.SHOP.id(), manifest.backup())).isEmpty();
        assertThat(scratched.clusters()).isEmpty();
    }

    @Test
    void aWorkerThatLostItsLeaseInMidWorkLeavesOneProofToTheNext() throws SQLException {
        Manifest manifest = shop.backup(Shop.SHOP);
        site.vault.set(FaultInjectionProxy.State.STUCK);
        stored(manifest);
        String verification = await().atMost(Bus.PATIENCE).until(() -> running(manifest), id -> id != null);

        expireLease(verification);
        await().atMost(Bus.PATIENCE).until(() -> job(verification, "epoch").equals("2"));
        site.vault.set(FaultInjectionProxy.State.OPEN);

        bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Passed.class,
                event -> event.backupId().equals(manifest.backup()));
        await().atMost(Bus.PATIENCE).until(() -> job(verification, "state").equals("DONE"));
        assertThat(bus.all(
                        Topic.VERIFICATION_EVENTS,
                        VerificationEvent.Passed.class,
                        event -> event.backupId().equals(manifest.backup())))
                .hasSize(1);
        assertThat(bus.all(
                        Topic.VERIFICATION_EVENTS,
                        VerificationEvent.Started.class,
                        event -> event.backupId().equals(manifest.backup())))
                .hasSize(1);
        assertThat(shop.vault.proofs(Shop.SHOP.id(), manifest.backup()))
                .singleElement()
                .satisfies(proof -> assertThat(proof.outcome()).isEqualTo(Proof.Outcome.PROVEN));
        given().get("/api/verifications?backup=" + manifest.backup()).then().body("items", hasSize(1));
        assertThat(scratched.clusters()).isEmpty();
    }

    private void stored(Manifest manifest) {
        bus.send(
                Topic.BACKUP_EVENTS,
                Shop.completed(Shop.SHOP, manifest),
                UUID.randomUUID().toString(),
                Map.of());
    }

    private VerificationEvent.Inconclusive inconclusive(Manifest manifest) {
        return bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Inconclusive.class,
                event -> event.backupId().equals(manifest.backup()));
    }

    private static String running(Manifest manifest) {
        return given().get("/api/verifications?backup=" + manifest.backup())
                .path("items.find { it.state == 'RUNNING' }?.id");
    }

    private void expireLease(String verification) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update job set lease_until = clock_timestamp() where subject = ? and state = 'RUNNING'")) {
            update.setString(1, verification);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private String job(String verification, String column) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("select " + column + " from job where subject = ?")) {
            query.setString(1, verification);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }
}
