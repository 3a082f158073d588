package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of 60 MB is read with few requests, in a heap of 256 MB. */
class D1LargeTest {
    /** Of a measurement, more: {@code -Dholdfast.d1.rows}. */
    private static final int ROWS = Integer.getInteger("holdfast.d1.rows", 200_000);

    private static final int ROW = 300;

    @TempDir
    Path directory;

    @Test
    void aLargeTableIsReadInPagesBelowTenMegabytes() {
        try (D1Fixture d1 = new D1Fixture(directory)) {
            d1.sql(
                    "CREATE TABLE large (id INTEGER PRIMARY KEY, body TEXT)",
                    "INSERT INTO large WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < "
                            + ROWS + ") SELECT i, hex(randomblob(" + ROW / 2 + ")) FROM i");
            d1.server.requests();

            AtomicLong rows = new AtomicLong();
            try (Snapshot snapshot = d1.source().open(SnapshotOptions.defaults())) {
                snapshot.plan()
                        .forEach(task -> snapshot.read(task, (buffer, offset, length, hash) -> rows.incrementAndGet()));
            }

            assertThat(rows).hasValue(ROWS);
            // a page has 9.1 MB of values; of 60 MB these are as many requests as of pages of 10 MB
            long most = (long) ROWS * ROW / 9_000_000 + 1 + 5;
            assertThat(d1.server.requests()).hasSizeLessThanOrEqualTo((int) most);
            assertThat(d1.server.longestAnswer()).isLessThan(10_000_000);
        }
    }
}
