package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class BundledPostgresTest {
    @Test
    void aMachineWithoutAServerHasOne() throws Exception {
        Path bin = BundledPostgres.unpacked();

        Process initdb = new ProcessBuilder(UnprivilegedUser.detect()
                        .once(java.util.List.of(bin.resolve("initdb").toString(), "--version")))
                .start();
        assertThat(new String(initdb.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("initdb (PostgreSQL) 15");
    }
}
