package io.holdfast.restore.saga;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.config.TableName;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.switchover.SafetyBackups;
import io.holdfast.vault.format.Manifest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A small live database that restores replace and write into, and what people ask of it. */
@Singleton
public class Desk {
    public static final SourceRef DESK = new SourceRef(SourceId.next(InstantSource.system()), "desk");
    public static final SourceRef MODEST = new SourceRef(SourceId.next(InstantSource.system()), "modest");
    static final SourceRef ROLED = new SourceRef(SourceId.next(InstantSource.system()), "roled");
    static final SourceRef READABLE = new SourceRef(SourceId.next(InstantSource.system()), "readable");
    static final SourceRef SYSTEM = new SourceRef(SourceId.next(InstantSource.system()), "system");
    static final SourceRef GUARDED = new SourceRef(SourceId.next(InstantSource.system()), "guarded");

    private final Shop shop;
    private final Bus bus;

    Desk(Shop shop, Bus bus) {
        this.shop = shop;
        this.bus = bus;
    }

    /** A database of the source's name, as it was backed up and proven; then somebody garbled it. */
    public Manifest garbledAfterBackup(SourceRef source) {
        return garbledAfterBackup(source, "default");
    }

    /** @param owner the role that owns the database and all in it */
    public Manifest garbledAfterBackup(SourceRef source, String owner) {
        String name = source.name();
        shop.sql(
                "postgres",
                "drop database if exists " + name + " with (force)",
                "create database " + name + " template template0 owner " + owner);
        shop.sql(
                name,
                "set role " + (owner.equals("default") ? "none" : owner),
                "create table people (id int primary key, name text not null)",
                "create table notes (id serial primary key, of int not null references people, body text)",
                "insert into people select g, 'name ' || g from generate_series(1, 100) g",
                "insert into notes (of, body) select 1 + g % 100, md5(g::text) from generate_series(1, 1000) g");
        Manifest manifest = shop.backup(name, source);
        shop.verdict(source, manifest, io.holdfast.vault.format.Proof.Outcome.PROVEN);
        shop.sql(
                name,
                "delete from notes where id % 2 = 0",
                "update people set name = 'garbled' where id < 50",
                "insert into people values (1000, 'new')");
        return manifest;
    }

    /** {@code good}, {@code garbled} or what else it is. */
    public String content(String database) {
        List<String> found = shop.query(
                database,
                "select (select count(*) from people) || ' ' || (select count(*) from notes) || ' ' || (select count(*)"
                        + " from people where name = 'garbled')");
        return switch (found.getFirst()) {
            case "100 1000 0" -> "good";
            case "101 500 49" -> "garbled";
            default -> found.getFirst();
        };
    }

    public Manifest safetyBackupMade(String id) {
        return safetyBackupMade(id, DESK);
    }

    /** What backup-service would do about the safety backup of a restore. */
    public Manifest safetyBackupMade(String id, SourceRef source) {
        var asked = safetyBackupAsked(id);
        assertThat(asked.kind()).isEqualTo(BackupKind.SAFETY);
        Manifest made = safetyBackupStored(asked, source);
        safetyBackupTold(id, source, asked, made);
        return made;
    }

    public void safetyBackupTold(String id, SourceRef source, BackupRequest.Requested asked, Manifest made) {
        bus.send(
                Topic.BACKUP_EVENTS,
                new BackupEvent.Completed(
                        made.backup(),
                        source,
                        BackupKind.SAFETY,
                        asked.labels(),
                        null,
                        "postgres",
                        "15",
                        made.contents().snapshotAt(),
                        Instant.now(),
                        1,
                        new BackupTotals(2, 1, 1, 1, 0),
                        false,
                        List.of()),
                UUID.randomUUID().toString(),
                Map.of("correlationid", SafetyBackups.CORRELATION + id));
    }

    /** The same, and nobody hears of it. */
    public Manifest safetyBackupStored(BackupRequest.Requested asked, SourceRef source) {
        return safetyBackupStored(asked, source, Instant.now());
    }

    public Manifest safetyBackupStored(BackupRequest.Requested asked, SourceRef source, Instant begun) {
        String database = asked.database();
        List<String> tables = asked.tables();
        BackupScope scope = tables == null
                ? BackupScope.everything()
                : BackupScope.everything().narrowedTo(named(tables));
        return shop.backup(
                database == null ? source.name() : database,
                source,
                scope,
                begun,
                asked.labels().toArray(new String[0]));
    }

    private static Set<QualifiedName> named(List<String> tables) {
        return tables.stream()
                .map(TableName::parse)
                .map(table -> new QualifiedName(table.schema().orElseThrow(), table.table()))
                .collect(Collectors.toSet());
    }

    public BackupRequest.Requested safetyBackupAsked(String id) {
        return bus.await(
                Topic.BACKUP_REQUESTS,
                BackupRequest.Requested.class,
                request -> request.labels().contains("before-restore-" + id));
    }

    public static ValidatableResponse ask(String who, String source, String target, String more) {
        return given().contentType(ContentType.JSON)
                .header("Authorization", "Bearer token-of-" + who)
                .body("{\"source\":\"" + source + "\",\"target\":" + target + more + "}")
                .post("/api/restores")
                .then();
    }

    public static String replacing(String source, String more) {
        return ask("ann", source, "{\"kind\":\"replace\"}", more)
                .statusCode(202)
                .extract()
                .path("id");
    }

    /** One that replaced the database of the source "desk", and is watched. */
    static String replaced() {
        String id = replacing("desk", "");
        awaitState(id, RestoreState.WATCHING);
        return id;
    }

    /** One that goes into the live tables of the source "desk". */
    public static String merging(String more) {
        return ask("ann", "desk", "{\"kind\":\"merge\",\"mode\":\"MERGE\"}", more)
                .statusCode(202)
                .extract()
                .path("id");
    }

    public static ValidatableResponse tell(String who, String id, String what) {
        return given().contentType(ContentType.JSON)
                .header("Authorization", "Bearer token-of-" + who)
                .post("/api/restores/" + id + "/" + what)
                .then();
    }

    public static void awaitState(String id, RestoreState... states) {
        List<String> names = java.util.Arrays.stream(states).map(Enum::name).toList();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(40))
                    .until(() -> names.contains(Asking.state(id)));
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(Asking.shown(id).prettify(), e);
        }
    }
}
