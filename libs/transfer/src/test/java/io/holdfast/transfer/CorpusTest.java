package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything that pg_dump carries comes back: one backup of the corpus, held against a copy by pg_dump and pg_restore. */
class CorpusTest {
    private static final PostgresEngine ENGINE = new PostgresEngine(PostgresTools.find(null));
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());

    private static Path directory;
    private static Path programs;
    private static ScratchCluster cluster;
    private static Vault vault;
    private static Manifest manifest;
    private static DatabaseAddress source;
    private static DatabaseAddress ours;
    private static DatabaseAddress theirs;
    private static ComparisonResult comparison;

    @BeforeAll
    static void backUpAndRestoreInBothWays() throws IOException, InterruptedException {
        directory = Corpus.directory();
        programs = Corpus.programs(directory.resolve("programs"));
        cluster = Corpus.cluster(programs, Path.of("/tmp"));
        source = create("original");
        Corpus.fill(source);
        MemoryObjectStore store = new MemoryObjectStore();
        vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
        manifest = capture();
        ours = cluster.address().withDatabase("ours");
        try (TargetServer target = ENGINE.target(cluster.address(), PasswordSupplier.none())) {
            comparison = reload(target, ours.database()).comparison();
        }
        theirs = create("theirs");
        Corpus.dumpAndRestore(source, theirs, directory.resolve("theirs.dump"));
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
        Corpus.delete(directory);
    }

    private static DatabaseAddress create(String name) {
        Rows.sql(cluster.address(), "CREATE DATABASE " + name + " TEMPLATE template0");
        return cluster.address().withDatabase(name);
    }

    private static Manifest capture() {
        SnapshotOptions reading = SnapshotOptions.defaults().withReaders(3);
        BackupMetadata backupMetadata =
                new BackupMetadata("corpus", BackupKind.MANUAL, List.of(), BackupScope.everything(), Instant.now());
        try (Snapshot snapshot = ENGINE.open(source, PasswordSupplier.none(), reading);
                BackupWriter writer =
                        vault.write(SOURCE, BackupId.next(InstantSource.system()), WriteOptions.STANDARD)) {
            return SnapshotUploader.run(snapshot, writer, reading.readers(), backupMetadata, TransferListener.NONE);
        }
    }

    private record Outcome(LoadReport reloaded, ComparisonResult comparison) {}

    private static Outcome reload(TargetServer target, String name) {
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        LoadOptions options = LoadOptions.defaults().withJobs(3).withLacking(target.lacks(shape));
        try (BackupReader backup = vault.reader(SOURCE, manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            target.create(name, shape);
            try (TargetDatabase database = target.open(name, options)) {
                LoadReport reloaded =
                        DatabaseLoader.into(database, backup, schema.file(), options, TransferListener.NONE);
                ComparisonResult comparison = DatabaseComparator.of(
                        ENGINE, manifest, schema.file(), database, reloaded, options, TransferListener.NONE);
                DatabaseLoader.admit(database, manifest);
                return new Outcome(reloaded, comparison);
            }
        }
    }

    @Test
    void ourOwnComparisonFindsThemEqual() {
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.tables().size()).isGreaterThan(540);
        assertThat(manifest.contents().findings()).isEmpty();
    }

    @Test
    void theSchemaIsThatOfACopyByPgDumpAndPgRestore() throws IOException, InterruptedException {
        String[] copy = Corpus.schema(ours).split("\n", -1);
        String[] expected = Corpus.schema(theirs).split("\n", -1);

        assertThat(expected.length).isGreaterThan(10_000);
        int differ = Arrays.mismatch(copy, expected);
        assertThat(differ)
                .as(() -> "line " + differ + ": " + around(copy, differ) + "\ninstead of " + around(expected, differ))
                .isNegative();
    }

    private static List<String> around(String[] lines, int at) {
        return List.of(lines).subList(Math.max(0, at - 5), Math.min(lines.length, at + 10));
    }

    @Test
    void whatBelongsToTheDatabaseItselfIsTheSources() throws IOException, InterruptedException {
        assertThat(database(ours)).isEqualTo(database(source)).hasSizeGreaterThan(20);
    }

    private static List<String> database(DatabaseAddress address) throws IOException, InterruptedException {
        return Corpus.schema(address, "--create")
                .lines()
                .filter(line -> line.matches(".*\\bDATABASE\\b.*"))
                .map(line -> line.replaceAll("\\b" + address.database() + "\\b", "NAME"))
                .toList();
    }

    @Test
    void everyRowIsTheSources() {
        Map<String, String> rows = Rows.digests(source);

        assertThat(rows.size()).isGreaterThan(550);
        assertThat(Rows.differing(rows, Rows.digests(ours))).isEmpty();
        assertThat(Rows.differing(rows, Rows.digests(theirs))).isEmpty();
    }

    @Test
    void sequencesLargeObjectsAndFilledViewsAreTheSources() {
        for (String state : Rows.STATES) {
            List<String> expected = Rows.query(source, state);

            assertThat(expected).isNotEmpty();
            assertThat(Rows.query(ours, state)).isEqualTo(expected);
            assertThat(Rows.query(theirs, state)).isEqualTo(expected);
        }
    }

    @Test
    void aScratchClusterProvesItWithoutTheSourcesRolesAndTablespaces() {
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        try (ScratchCluster scratch =
                ScratchCluster.start(new ScratchOptions(Path.of("/tmp"), 15, shape.roles(), programs))) {
            Outcome outcome = reload(scratch.target(), "proof");

            assertThat(outcome.comparison().differences()).isEmpty();
            assertThat(outcome.reloaded().findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.NOT_ON_TARGET))
                    .satisfies(finding -> assertThat(finding.object()).isEqualTo("Odd space"));
            assertThat(outcome.reloaded().throughRoot()).doesNotContain(new QualifiedName("abroad", "mixed"));
            scratch.target().drop("proof");
            assertThat(scratch.target().exists("proof")).isFalse();
        }
    }
}
