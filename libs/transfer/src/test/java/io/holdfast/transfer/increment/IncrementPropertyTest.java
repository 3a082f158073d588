package io.holdfast.transfer.increment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.transfer.increment.RandomTransactions.Background;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Increments equal full reads, whatever transactions do. Short by default; {@code -Dholdfast.test.increments=N} makes N backups,
 * {@code -Dholdfast.test.increments-seed=S} repeats a run.
 */
class IncrementPropertyTest {
    private static final Logger LOG = LoggerFactory.getLogger(IncrementPropertyTest.class);
    private static final int BACKUPS = Integer.getInteger("holdfast.test.increments", 4);
    private static final int STEPS = 30;

    @Test
    @SuppressWarnings("try") // the background is only there to be closed
    void anIncrementHasTheRowsOfAFullRead() throws IOException, InterruptedException, SQLException {
        assumeTrue(SummarizingServer.programs().isPresent(), SummarizingServer.MISSING);
        long seed = Long.getLong("holdfast.test.increments-seed", System.nanoTime());
        Random random = new Random(seed);
        int increments = 0;
        int parts = 0;
        try (SummarizingServer server = SummarizingServer.start();
                RandomTransactions transactions = new RandomTransactions(server, random)) {
            IncrementalBackups backups = new IncrementalBackups(server);
            backups.next(1000);
            for (int i = 0; i < BACKUPS; i++) {
                transactions.run(1 + random.nextInt(STEPS));
                if (random.nextBoolean()) {
                    // the summary before the backup ends behind the writes of open transactions
                    server.sql("checkpoint");
                }
                try (Background ignored = transactions.background(random.nextBoolean())) {
                    backups.next(1000);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", backup " + i + ": " + e.getMessage(), e);
                }
                parts += backups.taken().size();
                increments += backups.taken().isEmpty() ? 0 : 1;
            }
        }
        LOG.info("seed {}: {} of {} backups were increments and took {} parts", seed, increments, BACKUPS, parts);
        assertThat(increments).as("increments with seed " + seed).isPositive();
    }
}
