package io.holdfast.restore.saga;

import static io.holdfast.restore.saga.Asking.accepted;
import static io.holdfast.restore.saga.Asking.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which backup it is that comes back. */
@QuarkusTest
@WithTestResource(value = DevStackResource.class, initArgs = @ResourceArg(name = "service", value = "restore"))
class ChoosingTest {
    @Inject
    Shop shop;

    /** Of its own: what other tests store must not be chosen. */
    private final SourceRef source = new SourceRef(
            SourceId.next(InstantSource.system()),
            "s" + UUID.randomUUID().toString().substring(0, 8));

    private final String database = source.name();

    @Test
    @Tag("slow")
    void theOneOfAnIdEvenIfItIsNotProvenYet() {
        Manifest first = shop.backup(source);
        shop.proven(source);

        assertChosen(first, ",\"backup\":\"" + first.backup() + "\"");
    }

    @Test
    @Tag("slow")
    void theNewestOfALabel() {
        shop.proven(source, "before-migration");
        Manifest labelled = shop.backup(source, "before-migration");
        shop.proven(source);

        assertChosen(labelled, ",\"label\":\"before-migration\"");
    }

    @Test
    void theNewestOfAnInstantOrBefore() {
        shop.proven(source);
        Manifest second = shop.backup(source);
        shop.proven(source);

        assertChosen(second, ",\"at\":\"" + second.contents().snapshotAt() + "\"");
    }

    @Test
    void notOneFromBeforeTheFirstAndTheMessageSaysWhatThereIs() {
        Manifest first = shop.backup(source);
        Manifest last = shop.backup(source);

        assertUnusable(
                ",\"at\":\"" + first.contents().snapshotAt().minusSeconds(1) + "\"",
                first.contents().snapshotAt().toString(),
                last.contents().snapshotAt().toString());
    }

    @Test
    void notOneOfTheFuture() {
        shop.proven(source);

        assertUnusable(",\"at\":\"" + Instant.now().plus(Duration.ofDays(1)) + "\"", "yet to come");
    }

    @Test
    void noneIfNoneIsProven() {
        shop.backup(source);

        assertUnusable("", "is proven", source.name());
    }

    @Test
    void notOneThatFailedItsLastVerification() {
        Manifest bad = shop.proven(source);
        shop.verdict(source, bad, Proof.Outcome.FAILED);

        assertUnusable(",\"backup\":\"" + bad.backup() + "\"", bad.backup().toString(), "failed");
        assertUnusable("", "is proven");
    }

    @Test
    @Tag("slow")
    void oneWhoseLastVerificationCameToNoVerdictIsStillProven() {
        Manifest proven = shop.proven(source);
        shop.verdict(source, proven, Proof.Outcome.INCONCLUSIVE);

        assertChosen(proven, "");
    }

    private void assertChosen(Manifest manifest, String choice) {
        JsonPath restore = ended(accepted(source.name(), database, choice));
        assertThat(restore.getString("state")).as(restore.prettify()).isEqualTo("COMPLETED");
        assertThat(restore.getString("backupId")).isEqualTo(manifest.backup().toString());
    }

    private void assertUnusable(String choice, String... said) {
        JsonPath restore = ended(accepted(source.name(), database, choice));
        assertThat(restore.getString("reason.code")).isEqualTo("BACKUP_NOT_USABLE");
        assertThat(restore.getString("reason.message")).contains(said);
        assertThat(shop.databases()).noneMatch(name -> name.startsWith(database));
    }
}
