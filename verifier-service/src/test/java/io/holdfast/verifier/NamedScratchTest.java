package io.holdfast.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.devstack.FaultInjectionProxy;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.NamedScratch;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proofs on a server that the configuration names, on a machine where no scratch directory can be made. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "verifier"))
class NamedScratchTest {
    @Inject
    Shop shop;

    @Inject
    Bus bus;

    @Inject
    Site site;

    private final SourceRef source = new SourceRef(SourceId.next(InstantSource.system()), "shop");

    @BeforeEach
    void nameTheServer() {
        NamedScratch.install(site.namingScratch());
    }

    @AfterEach
    void openTheDoor() {
        site.scratch.set(FaultInjectionProxy.State.OPEN);
    }

    @Test
    void aBackupIsProvenThereAndItsDatabaseDropped() {
        List<String> before = databases();
        Manifest manifest = shop.backup(source);

        stored(manifest);

        assertThat(heard(VerificationEvent.Passed.class, it -> it.backupId().equals(manifest.backup()))
                        .restoreMillis())
                .isPositive();
        assertThat(databases()).isEqualTo(before);
    }

    @Test
    void whatAWorkerLeftWhenItDiedIsDroppedByTheNextProofAndNothingElse() {
        List<String> before = databases();
        Manifest first = shop.backup(source);
        stored(first);
        var over = heard(VerificationEvent.Passed.class, it -> it.backupId().equals(first.backup()));
        String left = proofDatabase(over.verificationId().toString());
        String anothers = proofDatabase(UUID.randomUUID().toString());
        shop.sql("postgres", "create database " + left, "create database " + anothers);

        Manifest second = shop.backup(source);
        stored(second);
        heard(VerificationEvent.Passed.class, it -> it.backupId().equals(second.backup()));

        assertThat(databases()).contains(anothers).doesNotContain(left);
        shop.sql("postgres", "drop database " + anothers);
        assertThat(databases()).isEqualTo(before);
    }

    private static String proofDatabase(String verification) {
        return "holdfast_proof_" + verification.replace("-", "") + "_1";
    }

    @Test
    void theDatabaseOfAProofThatFailedIsDroppedToo() {
        List<String> before = databases();
        Manifest manifest = shop.backup(source, snapshot -> new Misread(snapshot) {
            @Override
            TableReadResult told(TableReadResult result) {
                return new TableReadResult(
                        result.part(), result.fingerprint().plus(new Fingerprint(0, 0, 1)), result.bytes());
            }
        });

        stored(manifest);

        assertThat(heard(VerificationEvent.Failed.class, it -> it.backupId().equals(manifest.backup()))
                        .reason()
                        .code())
                .isEqualTo(FailureCode.ROWS_DIFFER);
        assertThat(databases()).isEqualTo(before);
    }

    @Test
    void aServerThatCannotBeReachedSaysNothingOfTheBackup() {
        Manifest manifest = shop.backup(source);
        site.scratch.set(FaultInjectionProxy.State.CLOSED);

        stored(manifest);

        assertThat(heard(
                                VerificationEvent.Inconclusive.class,
                                it -> it.backupId().equals(manifest.backup()))
                        .reason()
                        .code())
                .isEqualTo(FailureCode.TARGET_UNREACHABLE);
        assertThat(shop.vault.proofs(source.id(), manifest.backup())).isEmpty();
    }

    @Test
    void aMachineWithoutAPlaceForItSaysNothingOfTheBackupOfAFile(@TempDir Path directory) throws SQLException {
        Manifest manifest = SqliteTest.backup(shop, directory, snapshot -> snapshot);

        stored(SqliteTest.NOTES, manifest);

        var inconclusive =
                heard(VerificationEvent.Inconclusive.class, it -> it.backupId().equals(manifest.backup()));
        assertThat(inconclusive.reason().code()).isEqualTo(FailureCode.SCRATCH_UNAVAILABLE);
        assertThat(inconclusive.reason().message()).contains("/proc/nowhere");
        assertThat(shop.vault.proofs(SqliteTest.NOTES.id(), manifest.backup())).isEmpty();
    }

    private void stored(Manifest manifest) {
        stored(source, manifest);
    }

    private void stored(SourceRef source, Manifest manifest) {
        bus.send(
                Topic.BACKUP_EVENTS,
                Shop.completed(source, manifest),
                UUID.randomUUID().toString(),
                Map.of());
    }

    private <E extends Event> E heard(Class<E> type, Predicate<E> which) {
        return bus.await(Topic.VERIFICATION_EVENTS, type, which);
    }

    private List<String> databases() {
        return shop.query("postgres", "select datname from pg_database order by 1");
    }
}
