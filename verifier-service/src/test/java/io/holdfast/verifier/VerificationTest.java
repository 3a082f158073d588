package io.holdfast.verifier;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.CheckResult.Outcome;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.contracts.VerificationRequest;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class VerificationTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Scratched scratched;

    @Inject
    Site site;

    @Test
    void aStoredBackupIsProven() {
        Manifest manifest = shop.backup(Shop.SHOP);

        stored(Shop.SHOP, manifest, UUID.randomUUID().toString());

        var passed = passed(manifest);
        assertThat(passed.level()).isEqualTo(VerificationLevel.PROVEN);
        assertThat(passed.source()).isEqualTo(Shop.SHOP);
        assertThat(passed.tables()).isEqualTo(2);
        assertThat(passed.rows()).isEqualTo(20_500);
        assertThat(passed.bytes()).isGreaterThan(5_000_000);
        assertThat(passed.restoreMillis()).isPositive().isLessThanOrEqualTo(passed.durationMillis());
        assertThat(started(manifest)).hasSize(1);
        assertThat(shop.vault.proofs(Shop.SHOP.id(), manifest.backup()))
                .singleElement()
                .satisfies(proof -> {
                    assertThat(proof.outcome()).isEqualTo(Proof.Outcome.PROVEN);
                    assertThat(proof.verification()).isEqualTo(passed.verificationId());
                });
        given().get("/api/verifications/" + passed.verificationId())
                .then()
                .statusCode(200)
                .body("state", equalTo("PASSED"))
                .body("backupId", equalTo(manifest.backup().toString()))
                .body("source.name", equalTo("shop"))
                .body("rows", equalTo(20_500))
                .body("checks", hasSize(4));
    }

    @Test
    void aBackupThatAnotherContradictsFailsAlthoughItCanBeRestored() {
        Manifest manifest = shop.backup(Shop.PARTS);
        FailureReason reason = FailureReason.of(
                FailureCode.ROWS_DIFFER,
                "other rows in public.parts",
                manifest.backup().toString());
        shop.vault.putProof(Proof.contradiction(
                Shop.PARTS.id(),
                manifest.backup(),
                BackupId.next(InstantSource.system()),
                reason,
                manifest.committedAt()));

        stored(Shop.PARTS, manifest, UUID.randomUUID().toString());

        var failed = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Failed.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(failed.reason()).isEqualTo(reason);
    }

    @Test
    void dataThatFailsItsChecksIsAnAlertAndTheBackupIsProvenAllTheSame() {
        Manifest manifest = shop.backup(Shop.SHOP);

        stored(Shop.SHOP, manifest, UUID.randomUUID().toString());

        assertThat(passed(manifest).checks())
                .containsExactly(
                        new CheckResult("foreign keys", Outcome.PASSED, null),
                        new CheckResult("constraints", Outcome.PASSED, null),
                        new CheckResult("orphans: app.tickets.client in app.clients.id", Outcome.PASSED, null),
                        new CheckResult("nobody is new", Outcome.FAILED, "the answer is 500, expected was 0"));
        var alert = bus.await(Topic.ALERTS, AlertEvent.Raised.class, raised -> Shop.SHOP.equals(raised.source()));
        assertThat(alert.alertId()).isEqualTo("data-checks-failed/shop");
        assertThat(alert.summary())
                .contains("1 of 4 checks: nobody is new (failed): the answer is 500, expected was 0");
    }

    /** Its rows are derived from what is proven; whoever restores it would find it empty. */
    @Test
    @Tag("slow")
    void aViewThatCouldNotBeFilledIsTold() {
        shop.sql("postgres", "create database unfillable template template0");
        shop.sql(
                "unfillable",
                "create table parts as select 1 as n",
                "create materialized view shares as select 1 / n as share from parts",
                "update parts set n = 0");
        Manifest manifest = shop.backup("unfillable", Shop.PARTS);

        stored(Shop.PARTS, manifest, UUID.randomUUID().toString());

        assertThat(passed(manifest).checks())
                .filteredOn(check -> check.outcome() == Outcome.FAILED)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.name()).isEqualTo("views and statistics");
                    assertThat(check.finding()).contains("REFRESH MATERIALIZED VIEW \"public\".\"shares\"");
                });
    }

    /** What has one table only cannot answer for the source: an alert stays as it is. */
    @Test
    @Tag("slow")
    void ofSingleTablesItIsNotSaidWhatTheDataIsLike() {
        Manifest before = shop.backup(Shop.SHOP);
        stored(Shop.SHOP, before, UUID.randomUUID().toString());
        assertThat(passed(before).checks()).hasSize(4);
        bus.await(Topic.ALERTS, AlertEvent.Raised.class, raised -> Shop.SHOP.equals(raised.source()));
        Manifest part = shop.safety(Shop.SHOP, new QualifiedName("app", "clients"));
        stored(Shop.SHOP, part, UUID.randomUUID().toString());
        assertThat(passed(part).checks()).isEmpty();

        Manifest whole = shop.backup(Shop.SHOP);
        stored(Shop.SHOP, whole, UUID.randomUUID().toString());
        passed(whole);

        assertThat(bus.all(Topic.ALERTS, AlertEvent.Raised.class, raised -> Shop.SHOP.equals(raised.source())))
                .hasSize(1);
        assertThat(bus.all(
                        Topic.ALERTS,
                        AlertEvent.Resolved.class,
                        resolved -> resolved.alertId().contains(Shop.SHOP.name())))
                .isEmpty();
    }

    @Test
    void nothingIsLeftOfTheScratchCluster() {
        Manifest manifest = shop.backup(Shop.SHOP);

        stored(Shop.SHOP, manifest, UUID.randomUUID().toString());

        passed(manifest);
        assertThat(scratched.everUsed()).isTrue();
        await().atMost(Bus.PATIENCE).until(() -> scratched.clusters().isEmpty());
    }

    @Test
    void aRedeliveredEventStartsOneVerification() {
        Manifest manifest = shop.backup(Shop.SHOP);
        String id = UUID.randomUUID().toString();

        stored(Shop.SHOP, manifest, id);
        stored(Shop.SHOP, manifest, id);

        passed(manifest);
        Manifest next = shop.backup(Shop.SHOP);
        stored(Shop.SHOP, next, UUID.randomUUID().toString());
        passed(next); // of the same partition, so that the duplicate was worked on, too
        given().get("/api/verifications?backup=" + manifest.backup()).then().body("items", hasSize(1));
    }

    @Test
    void anEventThatNamesAnotherSourceSaysNothingOfTheBackup() {
        Manifest manifest = shop.backup(Shop.SHOP);
        SourceRef unknown = new SourceRef(SourceId.next(InstantSource.system()), "shop");

        stored(unknown, manifest, UUID.randomUUID().toString());

        var inconclusive = bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Inconclusive.class,
                event -> event.backupId().equals(manifest.backup()));
        assertThat(inconclusive.reason().code()).isEqualTo(FailureCode.BACKUP_UNKNOWN);
        assertThat(inconclusive.reason().message()).contains(Topic.BACKUP_EVENTS.topicName());
        assertThat(shop.vault.proofs(unknown.id(), manifest.backup())).isEmpty();
    }

    @Test
    void anEventsNameForTheSourceSelectsNoOtherSourcesChecks() {
        shop.sql("postgres", "create database renamed template template0");
        shop.sql("renamed", "create table parts as select 1 as n");
        Manifest manifest = shop.backup("renamed", Shop.PARTS);

        stored(
                new SourceRef(Shop.PARTS.id(), "shop"),
                manifest,
                UUID.randomUUID().toString());

        assertThat(passed(manifest).checks())
                .extracting(CheckResult::name)
                .isNotEmpty()
                .doesNotContain("nobody is new");
    }

    @Test
    void aSourceMayWantItsBackupsIntactOnly() {
        Manifest manifest = shop.backup(Shop.LIGHT);

        stored(Shop.LIGHT, manifest, UUID.randomUUID().toString());

        var passed = passed(manifest);
        assertThat(passed.level()).isEqualTo(VerificationLevel.INTACT);
        assertThat(passed.restoreMillis()).isZero();
        assertThat(shop.vault.proofs(Shop.LIGHT.id(), manifest.backup()))
                .singleElement()
                .satisfies(proof -> assertThat(proof.outcome()).isEqualTo(Proof.Outcome.INTACT));
    }

    @Test
    @Tag("slow")
    void aBackupThatOnlyTheVaultKnowsIsVerifiedOnRequest() {
        var source = new SourceRef(SourceId.next(InstantSource.system()), "forgotten");
        Manifest manifest = shop.backup(source);

        String location = post(manifest.backup(), UUID.randomUUID().toString())
                .statusCode(202)
                .body("backupId", equalTo(manifest.backup().toString()))
                .extract()
                .header("Location");

        assertThat(passed(manifest).source()).isEqualTo(source);
        given().get(location).then().statusCode(200).body("state", equalTo("PASSED"));
    }

    @Test
    @Tag("slow")
    void aRepeatedRequestIsAnsweredWithTheSameVerification() {
        Manifest manifest = shop.backup(Shop.SHOP);
        String key = UUID.randomUUID().toString();

        String first = post(manifest.backup(), key).statusCode(202).extract().path("id");
        String second = post(manifest.backup(), key).statusCode(202).extract().path("id");

        assertThat(second).isEqualTo(first);
        passed(manifest);
        given().get("/api/verifications?backup=" + manifest.backup()).then().body("items", hasSize(1));
    }

    @Test
    void aKeyThatIsUsedForAnotherRequestIsRefused() {
        String key = UUID.randomUUID().toString();
        post(shop.backup(Shop.LIGHT).backup(), key).statusCode(202);

        post(shop.backup(Shop.LIGHT).backup(), key).statusCode(409).body("code", equalTo("IDENTITY_REUSED"));
    }

    @Test
    void anUnknownBackupIsNotFound() {
        BackupId unknown = BackupId.next(InstantSource.system());

        post(unknown, UUID.randomUUID().toString())
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("BACKUP_UNKNOWN"))
                .body("object", equalTo(unknown.toString()))
                .body("detail", containsString(unknown.toString()));
    }

    @Test
    void anUnknownBackupIsRefusedOverKafkaToo() {
        BackupId unknown = BackupId.next(InstantSource.system());
        String id = UUID.randomUUID().toString();

        var request = new VerificationRequest.Requested(unknown, null);
        bus.sendSigned(site.operations, Topic.VERIFICATION_REQUESTS, request, id, Map.of());

        assertThat(rejected(id).reason().object()).isEqualTo(unknown.toString());
    }

    @Test
    void overKafkaOnlyAProducerOfTheSourceVerifiesABackup() {
        Manifest manifest = shop.backup(Shop.SHOP);
        var request = new VerificationRequest.Requested(manifest.backup(), VerificationLevel.INTACT);
        String unsigned = UUID.randomUUID().toString();
        String limited = UUID.randomUUID().toString();
        String signed = UUID.randomUUID().toString();

        bus.send(Topic.VERIFICATION_REQUESTS, request, unsigned, Map.of());
        bus.sendSigned(site.limited, Topic.VERIFICATION_REQUESTS, request, limited, Map.of());

        assertThat(rejected(unsigned).reason().code()).isEqualTo(FailureCode.REQUEST_FORBIDDEN);
        assertThat(rejected(limited).reason().code()).isEqualTo(FailureCode.REQUEST_FORBIDDEN);
        assertThat(started(manifest)).isEmpty();
        bus.sendSigned(site.operations, Topic.VERIFICATION_REQUESTS, request, signed, Map.of());
        assertThat(passed(manifest).level()).isEqualTo(VerificationLevel.INTACT);
    }

    private RequestRejected rejected(String request) {
        return bus.await(
                Topic.VERIFICATION_EVENTS,
                RequestRejected.class,
                it -> it.requestId().equals(request));
    }

    @Test
    void aRequestWithoutABodyAndAListWithoutABackupAreRefused() {
        given().contentType(ContentType.JSON).post("/api/verifications").then().statusCode(400);
        given().get("/api/verifications").then().statusCode(400).body("detail", containsString("?backup="));
    }

    @Test
    void anUnknownVerificationIsNotFound() {
        given().get("/api/verifications/" + UUID.randomUUID()).then().statusCode(404);
    }

    private void stored(SourceRef source, Manifest manifest, String id) {
        bus.send(Topic.BACKUP_EVENTS, Shop.completed(source, manifest), id, Map.of());
    }

    private VerificationEvent.Passed passed(Manifest manifest) {
        return bus.await(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Passed.class,
                event -> event.backupId().equals(manifest.backup()));
    }

    private List<VerificationEvent.Started> started(Manifest manifest) {
        return bus.all(
                Topic.VERIFICATION_EVENTS,
                VerificationEvent.Started.class,
                event -> event.backupId().equals(manifest.backup()));
    }

    private static io.restassured.response.ValidatableResponse post(BackupId backup, String key) {
        return given().contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body("{\"backupId\":\"" + backup + "\"}")
                .post("/api/verifications")
                .then();
    }
}
