package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Extensions, of whose members pg_dump writes nothing, and that not every database can have. */
class ExtensionMembersTest {
    private Bench bench;

    @BeforeEach
    void freshVault() throws IOException {
        bench = new Bench(new MemoryObjectStore());
    }

    @Test
    void contentOfAMemberThatIsNotReadMakesTheBackupPartialAndIsNamed() {
        Manifest manifest = bench.capture(Servers.database(
                "create extension hstore; create table precious (a int); insert into precious values (1)",
                "create sequence used; select nextval('used'); create sequence fresh start 5; create table empty ()",
                "alter extension hstore add table precious; alter extension hstore add table empty",
                "alter extension hstore add sequence used; alter extension hstore add sequence fresh"));

        assertThat(manifest.contents().partial()).isTrue();
        assertThat(manifest.contents().findings())
                .extracting(BackupContents.Finding::object)
                .containsExactlyInAnyOrder("public.precious", "public.used");
    }

    /** Like pg_cron, which one database of a cluster may have. This one needs another extension, which the dump does not have. */
    @Test
    void anExtensionThatTheTargetCannotCreateSaysNothingOfTheBackup() {
        Manifest manifest = bench.capture(
                Servers.database(
                        "create extension hstore",
                        "set allow_system_table_mods = on; update pg_extension set extname = 'earthdistance' where extname = 'hstore'"));

        assertThatThrownBy(() -> bench.reload(manifest))
                .asInstanceOf(InstanceOfAssertFactories.type(HoldfastException.class))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_UNSUITABLE))
                .satisfies(failure -> assertThat(failure.getMessage())
                        .contains("extension earthdistance cannot be created", "scope.exclude.extensions"));
    }
}
