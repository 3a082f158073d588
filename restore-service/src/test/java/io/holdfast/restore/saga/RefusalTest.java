package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.ask;
import static io.holdfast.restore.saga.Asking.ended;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be restored is said by name, and the target stays as it was. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class RefusalTest {
    @Inject
    Shop shop;

    @Inject
    Desk desk;

    @Inject
    Bus bus;

    @Inject
    Site site;

    @Inject
    WatchedRestores watched;

    private List<String> before = List.of();

    @BeforeEach
    void lookAround() {
        before = shop.settledDatabases();
    }

    @AfterEach
    void openTheDoors() {
        site.vault.set(FaultInjectionProxy.State.OPEN);
        site.target.set(FaultInjectionProxy.State.OPEN);
    }

    @Test
    void aDatabaseThatExistsIsNotTouchedWhetherItHasTablesOrNot() {
        shop.proven(Shop.SHOP);
        shop.sql("postgres", "create database hollow", "create database \"full\" template shop");
        List<String> there = shop.databases();
        List<String> portrait = shop.portrait("shop");

        JsonPath full = ended(accepted("shop", "full", ""));
        JsonPath empty = ended(accepted("shop", "hollow", ""));

        ask("shop", "shop", "").statusCode(409).body("detail", containsString("--replace"));
        assertFailed(full, "TARGET_EXISTS", "full");
        assertFailed(empty, "TARGET_EXISTS", "hollow");
        assertThat(shop.databases()).isEqualTo(there);
        assertThat(shop.portrait("shop")).isEqualTo(portrait);
    }

    @Test
    void aDatabaseThatAppearsMeanwhileIsNotTouched() {
        shop.proven(Shop.SHOP);
        watched.at(RestoreState.HANDING_OVER, restore -> shop.sql("postgres", "create database overtaken"));

        JsonPath restore = ended(accepted("shop", "overtaken", ""));

        assertFailed(restore, "TARGET_EXISTS", "overtaken");
        assertThat(shop.query("overtaken", "select count(*) from pg_namespace where nspname = 'app'"))
                .containsExactly("0");
        await().atMost(Bus.PATIENCE)
                .until(() -> shop.databases().stream().noneMatch(name -> name.startsWith("holdfast_restore_")));
    }

    @Test
    void ofManyRestoresIntoOneNameAtOnceOneRuns() throws Exception {
        shop.proven(Shop.SHOP);

        List<Integer> answers;
        try (ExecutorService crowd = Executors.newFixedThreadPool(6)) {
            List<Future<Integer>> asked = IntStream.range(0, 6)
                    .mapToObj(i -> crowd.submit(
                            () -> ask("shop", "wanted_by_many", "").extract().statusCode()))
                    .toList();
            answers = asked.stream().map(RefusalTest::get).sorted().toList();
        }

        assertThat(answers).containsExactly(202, 409, 409, 409, 409, 409);
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Completed.class,
                event -> event.database().equals("wanted_by_many"));
    }

    @Test
    void aRequestOverKafkaIntoADatabaseThatIsBeingRestoredIsRejected() {
        shop.proven(Shop.SHOP);
        watched.at(RestoreState.LOADING, restore -> site.target.set(FaultInjectionProxy.State.STUCK));
        String running = accepted("shop", "taken", "");
        Asking.awaitState(running, RestoreState.LOADING);
        String id = UUID.randomUUID().toString();

        bus.sendSigned(
                site.recovery,
                Topic.RESTORE_REQUESTS,
                new RestoreRequest.Requested(
                        "shop",
                        null,
                        null,
                        null,
                        new RestoreTarget.New("taken", null),
                        List.of(),
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                id,
                Map.of("expirytime", Instant.now().plusSeconds(60).toString()));

        var rejected = bus.await(
                Topic.RESTORE_EVENTS,
                RequestRejected.class,
                it -> it.requestId().equals(id));
        assertThat(rejected.reason().code()).isEqualTo(FailureCode.REQUEST_CONFLICT);
        site.target.set(FaultInjectionProxy.State.OPEN);
        assertThat(ended(running).getString("state")).isEqualTo("COMPLETED");
    }

    @Test
    void aForgedManifestIsNotRestored() {
        var source = new SourceRef(SourceId.next(InstantSource.system()), "forged");
        Manifest manifest = shop.proven(source);
        String key = "sources/" + source.id() + "/backups/" + manifest.backup() + ".json";
        byte[] bytes = shop.store.get(key).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        shop.store.put(key, bytes);

        assertFailed(
                ended(accepted("forged", "forged", "")),
                "MANIFEST_CORRUPT",
                manifest.backup().toString());
        assertThat(shop.databases()).isEqualTo(before);
    }

    @Test
    void anUnknownSourceIsRefusedWithTheNearestName() {
        ask("shpo", "x", "")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("SOURCE_UNKNOWN"))
                .body("detail", containsString("did you mean \"shop\"?"));
    }

    @Test
    void anUnknownServerIsRefusedWithTheNearestName() {
        given().contentType(ContentType.JSON)
                .body("{\"source\":\"shop\",\"target\":{\"kind\":\"new\",\"database\":\"x\",\"server\":\"nowere\"}}")
                .post("/api/restores")
                .then()
                .statusCode(404)
                .body("detail", containsString("did you mean \"nowhere\"?"));
    }

    @Test
    void anotherSourcesDatabaseIsNotMadeAnew() {
        shop.proven(Shop.SHOP);

        ask("shop", "desk", "")
                .statusCode(409)
                .body("code", equalTo("TARGET_EXISTS"))
                .body("detail", containsString("\"desk\" is the database of source \"desk\""));
        ask("shop", "desk", "", "desk").statusCode(409).body("code", equalTo("TARGET_EXISTS"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "template0", "template1", "holdfast_kept_019bc1d47e407c319d0a3f5b6c7d8e9f", ""})
    void namesThatAreNotPeoplesAreNotTaken(String database) {
        ask("shop", database, "").statusCode(400).body("code", equalTo("REQUEST_INVALID"));
    }

    @Test
    void aSourceNamedPostgresIsNotReplacedWithTheReason() {
        Desk.ask("ann", "system", "{\"kind\":\"replace\"}", "")
                .statusCode(400)
                .body("code", equalTo("REQUEST_INVALID"))
                .body("detail", containsString("\"postgres\" is a system database"))
                .body("detail", containsString("--table"));
    }

    @Test
    void aBackupOfAnotherSourceIsNotRestored() {
        Manifest ofShop = shop.proven(Shop.SHOP);
        desk.garbledAfterBackup(Desk.DESK);

        String id = Desk.replacing("desk", ",\"backup\":\"" + ofShop.backup() + "\"");

        assertFailed(ended(id), "BACKUP_UNKNOWN", "source \"desk\" has no backup " + ofShop.backup());
        assertThat(desk.content("desk")).isEqualTo("garbled");
    }

    @Test
    void overKafkaARequestCountsOnceAndOnlyWhileItIsWanted() {
        desk.garbledAfterBackup(Desk.GUARDED);
        String once = UUID.randomUUID().toString();
        String late = UUID.randomUUID().toString();
        Instant now = Instant.now();

        replaceOverKafka("guarded", once, now.plusSeconds(60));
        var awaiting = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.AwaitingApproval.class,
                event -> event.source().equals(Desk.GUARDED) && isUnderWay(event.restoreId()));
        String id = awaiting.restoreId().toString();
        Desk.tell("ann", id, "cancellation").statusCode(202);
        Desk.awaitState(id, RestoreState.CANCELLED);
        replaceOverKafka("guarded", once, now.plusSeconds(60));
        replaceOverKafka("guarded", late, now.minusSeconds(1));

        assertThat(rejected(late).reason().code()).isEqualTo(FailureCode.REQUEST_EXPIRED);
        assertThat(given().get("/api/restores?source=guarded&limit=1").<String>path("items[0].id"))
                .as("the newest")
                .isEqualTo(id);
        assertThat(Asking.state(id)).isEqualTo("CANCELLED");
        assertThat(desk.content("guarded")).isEqualTo("garbled");
    }

    @Test
    void withoutASignatureNothingIsReplacedOrRolledBackOverKafka() {
        desk.garbledAfterBackup(Desk.DESK);
        String id = Desk.replaced();
        String replace = UUID.randomUUID().toString();
        String rollback = UUID.randomUUID().toString();
        Map<String, String> soon =
                Map.of("expirytime", Instant.now().plusSeconds(60).toString());

        bus.send(Topic.RESTORE_REQUESTS, replacing("desk"), replace, soon);
        bus.send(Topic.RESTORE_REQUESTS, new RestoreRequest.RollbackRequested(RestoreId.parse(id)), rollback, soon);

        assertThat(rejected(replace).reason().code()).isEqualTo(FailureCode.REQUEST_FORBIDDEN);
        assertThat(rejected(rollback).reason().code()).isEqualTo(FailureCode.REQUEST_FORBIDDEN);
        assertThat(Asking.state(id)).isEqualTo("WATCHING");
    }

    @Test
    void aProducerRestoresItsOwnSourcesOnly() {
        desk.garbledAfterBackup(Desk.DESK);
        String foreign = UUID.randomUUID().toString();
        String beside = UUID.randomUUID().toString();
        Map<String, String> soon =
                Map.of("expirytime", Instant.now().plusSeconds(60).toString());
        var besideShop = new RestoreTarget.New("beside", "shop");

        bus.sendSigned(site.limited, Topic.RESTORE_REQUESTS, replacing("guarded"), foreign, soon);
        bus.sendSigned(site.limited, Topic.RESTORE_REQUESTS, restoring("desk", besideShop, true), beside, soon);
        String own = UUID.randomUUID().toString();
        var plan = restoring("desk", new RestoreTarget.Replace(), true);
        bus.sendSigned(site.limited, Topic.RESTORE_REQUESTS, plan, own, soon);

        assertThat(rejected(foreign).reason().code()).isEqualTo(FailureCode.REQUEST_FORBIDDEN);
        assertThat(rejected(beside).reason().code()).isEqualTo(FailureCode.REQUEST_FORBIDDEN);
        bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Planned.class,
                event -> event.source().equals(Desk.DESK)
                        && Asking.shown(event.restoreId().toString())
                                .getString("requestedBy")
                                .equals("limited"));
    }

    private static boolean isUnderWay(RestoreId id) {
        return Asking.state(id.toString()).equals("AWAITING_APPROVAL");
    }

    private RequestRejected rejected(String request) {
        return bus.await(
                Topic.RESTORE_EVENTS,
                RequestRejected.class,
                it -> it.requestId().equals(request));
    }

    private void replaceOverKafka(String source, String id, Instant expiry) {
        bus.sendSigned(
                site.recovery, Topic.RESTORE_REQUESTS, replacing(source), id, Map.of("expirytime", expiry.toString()));
    }

    private static RestoreRequest.Requested replacing(String source) {
        return restoring(source, new RestoreTarget.Replace(), false);
    }

    private static RestoreRequest.Requested restoring(String source, RestoreTarget target, boolean dryRun) {
        return new RestoreRequest.Requested(
                source, null, null, null, target, List.of(), List.of(), dryRun, null, null, null, null, null, null,
                null, null);
    }

    @Test
    void aSourceWithoutAnyBackupIsRefused() {
        ask("untried", "x", "").statusCode(409).body("code", equalTo("BACKUP_NOT_USABLE"));
    }

    @ParameterizedTest
    @CsvSource({
        "nowhere, TARGET_UNREACHABLE, 127.0.0.1",
        "stranger, TARGET_AUTHENTICATION_FAILED, password",
        "powerless, TARGET_PERMISSION_DENIED, \"powerless\" CREATEDB"
    })
    @Tag("slow")
    void aTargetThatCannotBeUsedIsNamed(String server, String code, String said) {
        shop.proven(Shop.SHOP);

        String id = given().contentType(ContentType.JSON)
                .body("{\"source\":\"shop\",\"target\":{\"kind\":\"new\",\"database\":\"x\",\"server\":\"%s\"}}"
                        .formatted(server))
                .post("/api/restores")
                .path("id");

        assertFailed(ended(id), code, said);
        var failed = bus.await(
                Topic.RESTORE_EVENTS,
                RestoreEvent.Failed.class,
                event -> event.restoreId().toString().equals(id));
        assertThat(failed.reason().code().name()).isEqualTo(code);
        assertThat(shop.databases()).isEqualTo(before);
    }

    @Test
    @Tag("slow")
    void withoutTheRolesOfTheBackupItComesBackWithoutOwnersAndSaysSo() {
        var source = new SourceRef(SourceId.next(InstantSource.system()), "club");
        shop.sql("postgres", "create role departed", "create database club");
        shop.sql(
                "club",
                "create table members (id int primary key)",
                "insert into members select generate_series(1, 9)",
                "alter table members owner to departed",
                "grant select on members to departed");
        Manifest manifest = shop.backup("club", source);
        shop.sql("postgres", "drop database club", "drop role departed");

        JsonPath restore = ended(accepted("club", "club_again", ",\"backup\":\"" + manifest.backup() + "\""));

        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(restore.getString("steps[0].detail")).contains("departed");
        assertThat(shop.query("club_again", "select count(*) from members")).containsExactly("9");
        assertThat(shop.query("club_again", "select tableowner from pg_tables where tablename = 'members'"))
                .containsExactly(site.superuser);
    }

    @Test
    void aMissingChunkIsFoundBeforeAnythingIsMade() {
        var source = new SourceRef(SourceId.next(InstantSource.system()), "holed");
        Manifest manifest = shop.proven(source);
        StoredChunk chunk = largest(manifest);
        shop.store.delete(Shop.key(source, chunk));

        JsonPath restore = ended(accepted("holed", "holed", ""));

        assertFailed(restore, "CHUNK_MISSING", chunk.id().toString());
        assertThat(restore.getString("reason.message")).contains("app.tickets");
        assertThat(restore.getList("steps.name")).isEqualTo(List.of("preflight"));
        assertThat(shop.databases()).isEqualTo(before);
    }

    @Test
    void aCorruptChunkFailsTheRestoreAndNothingIsLeft() {
        var source = new SourceRef(SourceId.next(InstantSource.system()), "rotten");
        Manifest manifest = shop.proven(source);
        StoredChunk chunk = largest(manifest);
        byte[] bytes = shop.store.get(Shop.key(source, chunk)).orElseThrow();
        bytes[100] ^= 1;
        shop.store.put(Shop.key(source, chunk), bytes);

        JsonPath restore = ended(accepted("rotten", "rotten", ""));

        assertFailed(restore, "CHUNK_CORRUPT", chunk.id().toString());
        assertThat(restore.getString("reason.message")).contains("app.tickets");
        assertThat(shop.databases()).isEqualTo(before);
    }

    @Test
    void aVaultThatCannotBeReachedOrDeniesAccessRefusesTheRequest() {
        shop.proven(Shop.SHOP);
        site.vault.set(FaultInjectionProxy.State.FORBIDDEN);
        ask("shop", "x", "").body("code", equalTo("VAULT_ACCESS_DENIED"));
        site.vault.set(FaultInjectionProxy.State.CLOSED);
        ask("shop", "x", "").statusCode(503).body("code", equalTo("VAULT_UNREACHABLE"));
        assertThat(shop.databases()).isEqualTo(before);
    }

    private static void assertFailed(JsonPath restore, String code, String said) {
        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("FAILED");
        assertThat(restore.getString("reason.code")).as(restore.prettify()).isEqualTo(code);
        assertThat(restore.getString("reason.message")).contains(said);
    }

    private static StoredChunk largest(Manifest manifest) {
        return manifest.chunks().stream()
                .max(Comparator.comparingLong(StoredChunk::stored))
                .orElseThrow();
    }

    private static int get(Future<Integer> answer) {
        try {
            return answer.get();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
