package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database of many small tables: they share chunks, and who changes one stores no more than a few of these. */
@Tag("slow")
class ManyTablesTest {
    private static final int TABLES = 2000;

    @Test
    void twoThousandTablesAreDozensOfObjectsAndUnchangedOnesStoreNothingAgain() throws IOException {
        MemoryObjectStore store = new MemoryObjectStore();
        Bench bench = new Bench(store);
        String database = Servers.database("do $$ begin for i in 1 .. " + TABLES
                + " loop execute format('create table %I as select k, md5(k::text)"
                + " as v from generate_series(1, %s) k', 'small ' || i, i % 100); end loop; end $$");

        Manifest first = bench.capture(database);
        long objects = chunks(store).count();
        long bytes = chunks(store).mapToLong(StoredObject::size).sum();
        Manifest second = bench.capture(database);
        long again = chunks(store).mapToLong(StoredObject::size).sum() - bytes;
        Servers.sql(database, "insert into \"small 77\" values (-1, 'new')");
        Manifest third = bench.capture(database);

        assertThat(first.contents().tables()).hasSize(TABLES);
        assertThat(objects).isBetween(5L, 60L);
        assertThat(again).as("bytes stored by an unchanged backup").isZero();
        assertThat(third.totals().newChunks()).isLessThan(10);
        for (Manifest manifest : List.of(first, second, third)) {
            assertThat(bench.compare(manifest, bench.reload(manifest)).differences())
                    .isEmpty();
        }
    }

    private static Stream<StoredObject> chunks(MemoryObjectStore store) {
        return store.list("sources/").filter(object -> object.key().contains("/chunks/"));
    }
}
