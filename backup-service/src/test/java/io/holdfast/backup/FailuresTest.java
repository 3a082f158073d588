package io.holdfast.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.FaultInjectionProxy;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong has a name in REST and in the event, and changes nothing in the vault. */
@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class FailuresTest extends Service {

    @ParameterizedTest
    @CsvSource({
        "nowhere, SOURCE_UNREACHABLE, 127.0.0.1",
        "locked-out, SOURCE_AUTHENTICATION_FAILED, password",
        "forbidden, SOURCE_PERMISSION_DENIED, public.secrets",
        "secretless, CONFIG_INVALID, no-such-file"
    })
    void aSourceThatCannotBeRead(String source, String code, String named) {
        Backups.stored("shop");
        List<String> before = bed.keys();

        JsonPath failed = fails(source, code);

        assertThat(failed.getString("reason.message")).contains(named).doesNotContain("certainly-not-it");
        assertThat(bed.keys()).isEqualTo(before);
    }

    /** The line names the source, the backup, the failure and the remedy. */
    @ParameterizedTest
    @CsvSource({
        "nowhere, SOURCE_UNREACHABLE, is the server up",
        "locked-out, SOURCE_AUTHENTICATION_FAILED, 'check the user, the password'",
        "forbidden, SOURCE_PERMISSION_DENIED, GRANT pg_read_all_data TO"
    })
    void aFailedBackupIsOneErrorInTheLogWithSourceBackupCodeAndRemedyAndNoSecret(
            String source, String code, String remedy) {
        try (ErrorLog log = ErrorLog.open()) {
            String id = fails(source, code).getString("id");

            assertThat(log.lines())
                    .filteredOn(line -> line.contains(id))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("backup " + id + " of source " + source + " failed: ")
                            .contains(remedy)
                            .endsWith("[" + code + "]")
                            .doesNotContain("certainly-not-it"));
        }
    }

    @Test
    void aBackupWaitsForAVaultThatDoesNotAnswerAndIsMadeThen() {
        Backups.stored("shop");
        String id;
        String cancelled;

        bed.faultInjectionProxy.set(FaultInjectionProxy.State.CLOSED);
        try {
            id = Backups.request("shop");
            cancelled = Backups.request("shop");
            JsonPath waiting = awaitsTheVault(id);
            assertThat(waiting.getString("state")).isEqualTo("RUNNING");
            assertThat(waiting.getString("reason.code")).isEqualTo("VAULT_UNREACHABLE");
            awaitsTheVault(cancelled);
            Backups.cancel(cancelled).then().statusCode(202);
            Backups.await(cancelled, "CANCELLED");
        } finally {
            bed.faultInjectionProxy.set(FaultInjectionProxy.State.OPEN);
        }

        JsonPath stored = Backups.await(id, "STORED");
        assertThat(stored.getString("reason")).isNull();
        assertThat(stored.getString("retryAt")).isNull();
        assertThat(Backups.get(cancelled).getString("reason")).isNull();
    }

    private static JsonPath awaitsTheVault(String id) {
        return Awaitility.await()
                .atMost(Bus.PATIENCE)
                .until(() -> Backups.get(id), backup -> backup.getString("retryAt") != null);
    }

    @Test
    void aVaultThatDeniesAccess() {
        Backups.stored("shop");
        List<String> before = bed.keys();

        bed.faultInjectionProxy.set(FaultInjectionProxy.State.FORGING);
        try {
            fails("shop", "VAULT_ACCESS_DENIED");
        } finally {
            bed.faultInjectionProxy.set(FaultInjectionProxy.State.OPEN);
        }

        assertThat(bed.keys()).isEqualTo(before);
        Backups.stored("shop");
    }

    @Test
    void aVaultThatIsFull() {
        Backups.stored("changing");
        bed.sql(
                "changing",
                "drop table if exists growth",
                "create table growth as select g, gen_random_uuid() from generate_series(1, 5000) g");
        List<String> before = bed.keys();

        bed.faultInjectionProxy.set(FaultInjectionProxy.State.FULL);
        try {
            assertThat(fails("changing", "VAULT_FULL").getString("reason.message"))
                    .contains("507 InsufficientStorage", "free space");
        } finally {
            bed.faultInjectionProxy.set(FaultInjectionProxy.State.OPEN);
        }

        assertThat(bed.keys()).isEqualTo(before);
        Backups.stored("changing");
    }

    @Test
    void aVaultThatIsGoneIsNotMadeAnew() {
        Backups.stored("shop");
        Map<String, byte[]> vault = bed.copy();

        bed.empty();
        try {
            fails("shop", "VAULT_MISSING");
            assertThat(bed.keys()).isEmpty();
        } finally {
            bed.restore(vault);
        }

        Backups.stored("shop");
    }

    @Test
    void aVaultThatIsAnotherOneNow() {
        Backups.stored("shop");
        Map<String, byte[]> vault = bed.copy();

        bed.empty();
        try {
            bed.makeAnotherVault();
            List<String> before = bed.keys();
            fails("shop", "VAULT_CHANGED");
            assertThat(bed.keys()).isEqualTo(before);
        } finally {
            bed.restore(vault);
        }

        Backups.stored("shop");
    }

    @Test
    void aKeyThatIsNotTheVaults() throws IOException {
        Backups.stored("shop");
        List<String> before = bed.keys();
        Path right = bed.keyFile.resolveSibling("right.key");
        Files.move(bed.keyFile, right);

        try {
            bed.makeAnotherKey();
            fails("shop", "VAULT_KEY_WRONG");
            Files.delete(bed.keyFile);
            fails("shop", "VAULT_KEY_MISSING");
        } finally {
            Files.deleteIfExists(bed.keyFile);
            Files.move(right, bed.keyFile);
        }

        assertThat(bed.keys()).isEqualTo(before);
        Backups.stored("shop");
    }

    private JsonPath fails(String source, String code) {
        String id = Backups.request(source);
        JsonPath failed = Backups.await(id, "FAILED");
        assertThat(failed.getString("reason.code")).isEqualTo(code);
        Bus.Heard told = bus.await(event ->
                event.type().equals("BackupFailed") && id.equals(event.data().getString("backupId")));
        assertThat(told.data().getString("reason.code")).isEqualTo(code);
        assertThat(told.data().getString("reason.message")).isEqualTo(failed.getString("reason.message"));
        return failed;
    }
}
