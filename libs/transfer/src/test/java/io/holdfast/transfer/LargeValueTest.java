package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Values that take a large part of the heap, which is 256 MiB here. */
class LargeValueTest {
    private Bench bench;

    @BeforeEach
    void freshVault() throws IOException {
        bench = new Bench(new MemoryObjectStore());
    }

    /** A bytea is twice as long as COPY text. */
    private static String file(int mebibytes) {
        return Servers.database(
                "create table files (id int primary key, content bytea)",
                "insert into files values (1, 'small')",
                "insert into files select 2, decode(repeat('0123456789abcdef', " + mebibytes + " * 131072), 'hex')");
    }

    @Test
    @Tag("slow")
    void aRowThatTakesHalfOfTheHeapIsRestoredEqual() {
        Manifest manifest = bench.capture(file(60));

        Bench.Copy copy = bench.reload(manifest);

        assertThat(bench.compare(manifest, copy).differences()).isEmpty();
    }

    @Test
    void aRowThatDoesNotFitFailsWithTheSettingAndTheHeapThatSuffices() {
        String source = file(150);

        assertThatThrownBy(() -> bench.capture(source))
                .asInstanceOf(InstanceOfAssertFactories.type(HoldfastException.class))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_VALUE_TOO_LARGE))
                .satisfies(failure -> assertThat(failure.getMessage())
                        .contains("public.files", " MiB; set HOLDFAST_HEAP=1536m and restart it"));
    }
}
