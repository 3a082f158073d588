package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.scratch.DirectoryServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Base backups of a real server, one after the other; the vault is a directory. */
class BaseBackupsTest {
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());

    private WalSourceServer server;
    private Path directory;
    private Vault vault;
    private WalServer probe;
    private WalArchive archive;
    private BaseBackups bases;
    private String system;
    private @Nullable Process archiver;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = WalSourceServer.start();
        directory = Files.createTempDirectory(Path.of("/tmp"), "hfb");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DirectoryStore store = new DirectoryStore(Files.createDirectory(directory.resolve("objects")));
        vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
        probe = new WalServer(server.address(), PasswordSupplier.none());
        system = probe.state().systemIdentifier();
        archive = WalArchive.of(vault, SOURCE, system);
        bases = new BaseBackups(vault, SOURCE);
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (archiver != null) {
            archiver.destroyForcibly().waitFor();
        }
        server.close();
        ProcessTempDirectory.delete(directory);
    }

    @Test
    void anUnchangedServerIsStoredOnceAndRecoversAfterItsFirstBaseBackupIsDeleted() throws Exception {
        archiver = archiver();
        table("large", 9_000);
        table("changed", 1_500);

        BaseBackup first = take();
        BaseBackup second = take();
        assertThat(second.pieces().storedBytes()).isLessThan(first.pieces().storedBytes() / 50);
        assertThat(second.tarBytes() - second.pieces().reusedBytes()).isLessThan(2 << 20);

        server.query("UPDATE changed SET v = v || 'x'");
        BaseBackup third = take();
        assertThat(third.pieces().storedBytes())
                .isBetween(1_500L * 1000, first.pieces().storedBytes() / 2);

        bases.remove(first);
        bases.remove(second);
        assertThat(bases.list(system)).containsExactly(third);
        assertThat(new BaseBackups(vault.withGrace(Duration.ofMillis(1)), SOURCE).sweep(system))
                .isPositive();

        Instant target = probe.state().now();
        List<String> rows = server.query(ROWS);
        server.query("UPDATE changed SET v = 'later'");
        assertThat(recovered(target)).isEqualTo(rows);
    }

    @Test
    void aTablespaceIsRecoveredBesideTheServerThatUsesItsDirectory() throws Exception {
        archiver = archiver();
        Path place = server.folder("space");
        server.query("CREATE TABLESPACE space LOCATION '" + place + "'");
        table("large", 100);
        table("changed", 3_000);
        server.query("ALTER TABLE changed SET TABLESPACE space");

        BaseBackups.Server described = server.forBaseBackups(probe);
        assertThatThrownBy(() -> ServerArchive.of(new BaseBackupTool(WalSourceServer.TOOLS, described), described)
                        .copy(tablespace -> unreachable()))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE));
        BaseBackup base = take();
        assertThat(base.pieces().tablespaces())
                .containsExactlyElementsOf(server.query("SELECT oid::text FROM pg_tablespace WHERE spcname = 'space'"));
        assertThat(take().pieces().reusedBytes()).isGreaterThan(base.tarBytes() / 2);

        server.query("UPDATE changed SET v = v || 'y'");
        Instant target = probe.state().now();
        List<String> rows = server.query(ROWS);
        server.query("UPDATE changed SET v = 'later'");
        server.query("CHECKPOINT");
        List<String> before = listed(place);

        assertThat(recovered(target)).isEqualTo(rows);
        assertThat(directory.resolve("recovered/holdfast_tablespaces"))
                .isDirectoryContaining(
                        "glob:**" + base.pieces().tablespaces().iterator().next());
        assertThat(listed(place)).isEqualTo(before);
        assertThat(server.query("SELECT DISTINCT v FROM changed")).containsExactly("later");

        ProcessTempDirectory.delete(directory.resolve("recovered"));
        server.query("CREATE TABLESPACE second LOCATION '" + server.folder("second") + "'");
        Instant later = probe.state().now();
        server.query("INSERT INTO large VALUES (0, '')");
        assertThatThrownBy(() -> recovered(later))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.POINT_NOT_COVERED))
                .hasMessageContaining("tablespace");
        assertThat(recovered(target)).isEqualTo(rows);
    }

    /** Names, sizes and times of files. */
    private static List<String> listed(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(file -> file + " " + file.toFile().length() + " "
                            + file.toFile().lastModified())
                    .sorted()
                    .toList();
        }
    }

    private static final String ROWS = "SELECT 'changed' || md5(string_agg(v, ',' ORDER BY n)) FROM changed UNION ALL"
            + " SELECT 'large' || md5(string_agg(v, ',' ORDER BY n)) FROM large";

    private Process archiver() throws IOException {
        Process started = ArchiverProcess.start(directory, SOURCE, system, server.address());
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> probe.slot("holdfast_test")
                        .filter(WalServer.Slot::active)
                        .isPresent());
        return started;
    }

    /** Of 2 kB each, which do not compress. */
    private void table(String name, int rows) {
        server.query("CREATE TABLE " + name + " AS SELECT n, (SELECT string_agg(md5(random()::text || n || i), '')"
                + " FROM generate_series(1, 60) i) AS v FROM generate_series(1, " + rows + ") n");
        server.query("VACUUM FREEZE " + name);
    }

    private BaseBackup take() {
        return bases.take(WalSourceServer.TOOLS, server.forBaseBackups(probe), system);
    }

    private static OutputStream unreachable() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the vault is away");
            }
        };
    }

    private List<String> recovered(Instant target) throws Exception {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> WalWindows.of(bases.list(system), archive.index()).windows().stream()
                        .anyMatch(window -> window.to().isAfter(target)));
        RecoveryPlan plan = RecoveryPlan.of(
                bases.list(system), archive.index(), new RecoveryTarget.Time(target), null, Instant.now());
        Path into = directory.resolve("recovered");
        Recovery.Recovered recovered = new Recovery(bases, archive, WalSourceServer.TOOLS).run(plan, into);
        try (DirectoryServer copy = DirectoryServer.start(recovered.programs(), into, List.of(), List.of())) {
            assertThat(copy.awaitReady()).as(String.join("\n", copy.log())).isTrue();
            var address = copy.address("postgres", "boss");
            Process psql = new ProcessBuilder(
                            "psql", "-XAtq", "-h", address.host(), "-U", "boss", "-c", ROWS, "postgres")
                    .redirectErrorStream(true)
                    .start();
            return new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
