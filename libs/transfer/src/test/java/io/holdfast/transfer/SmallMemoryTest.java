package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.StackAddresses;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More data than heap (see this module's pom), through a real S3 server. */
class SmallMemoryTest {
    private static final int TABLES = 4;
    private static final AtomicInteger PREFIX = new AtomicInteger();

    @Test
    void fourReadersGetAlongWithTheLeastBudget() throws IOException {
        String database = Servers.database(IntStream.range(0, TABLES)
                .boxed()
                .flatMap(table -> Stream.of(
                        "create table big" + table + " (id int, body text)",
                        "insert into big" + table + " select g, repeat(md5((g * " + (table + 1)
                                + ")::text), 70) from generate_series(1, 32000) g"))
                .toArray(String[]::new));

        try (ObjectStore store = store()) {
            Bench bench = new Bench(store);
            bench.writing = WriteOptions.STANDARD.budget(SnapshotUploader.leastBudget(4, 1L << 30));
            Manifest manifest = bench.capture(database);
            ComparisonResult comparison = bench.compare(manifest, bench.reload(manifest));

            assertThat(manifest.totals().bytes()).isGreaterThan(256L << 20);
            assertThat(comparison.differences()).isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void aRowOfFiftyMegabytesPasses() throws IOException {
        String database = Servers.database(
                "create table wide (id int, body text, raw bytea)",
                "insert into wide select 1, string_agg(md5(g::text), ''), null from generate_series(1, 1700000) g",
                "insert into wide select 2, null, decode(body, 'hex') from wide",
                "insert into wide select 3, 'short', null");

        try (ObjectStore store = store()) {
            Bench bench = new Bench(store);
            Manifest manifest = bench.capture(database);
            ComparisonResult comparison = bench.compare(manifest, bench.reload(manifest));

            assertThat(manifest.contents().tables().getFirst().extents()).hasSizeGreaterThan(10);
            assertThat(manifest.totals().bytes()).isGreaterThan(100L << 20);
            assertThat(comparison.differences()).isEmpty();
            assertThat(comparison.rows()).isEqualTo(3);
        }
    }

    @Test
    void tablesOfHugeSizeGetTheBudgetThatTheirLargerChunksNeed() {
        assertThat(SnapshotUploader.leastBudget(4, 1L << 41))
                .isGreaterThan(4 * SnapshotUploader.leastBudget(4, 1L << 30));
    }

    private static ObjectStore store() {
        StackAddresses.S3 s3 = Servers.s3();
        return S3ObjectStore.open(new S3Settings(
                java.net.URI.create(s3.endpoint()),
                s3.region(),
                true,
                s3.bucket(),
                "small" + PREFIX.incrementAndGet(),
                s3.accessKey(),
                s3.secretKey()));
    }
}
