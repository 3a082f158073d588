package io.holdfast.transfer.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sources are on one server: all projects of a region of Supabase share a pooler. */
class SharedServersTest {
    private static final String YAML = """
            holdfast:
              vault: { bucket: backups, key-file: /etc/holdfast/vault.key }
              sources:
                pooled: { engine: postgres, url: "postgresql://app.%1$s@aws-0-eu-central-1.pooler.supabase.com/postgres" }
                admin: { engine: postgres, url: "postgresql://postgres.%1$s@aws-0-eu-central-1.pooler.supabase.com/other" }
                direct: { engine: postgres, url: "postgresql://postgres@db.%1$s.supabase.co/postgres",
                          supabase: { project: %1$s, token: { env: T } } }
                stranger: { engine: postgres, url: "postgresql://app.%2$s@aws-0-eu-central-1.pooler.supabase.com/postgres" }
                plain: { engine: postgres, url: "postgresql://app@db/one" }
                plain2: { engine: postgres, url: "postgresql://other@db/two" }
                notes: { engine: sqlite, url: "sqlite:/srv/notes.db" }
            """.formatted("abcdefghijklmnopqrst", "zzzzzzzzzzzzzzzzzzzz");

    private final HoldfastConfig config =
            HoldfastConfig.parse(YAML, Path.of("holdfast.yaml"), Environment.of(Map.of()));

    private SourceConnector source(String name) {
        return new SourceConnector(name, Objects.requireNonNull(config.sources().get(name)));
    }

    @ParameterizedTest
    @CsvSource({
        "pooled, admin, true",
        "pooled, direct, true",
        "pooled, stranger, false",
        "direct, stranger, false",
        "plain, plain2, true",
        "plain, pooled, false",
        "notes, notes, false"
    })
    void sourcesShareAServer(String one, String other, boolean shared) {
        assertThat(source(one).sharesServer(source(other))).isEqualTo(shared);
        assertThat(source(other).sharesServer(source(one))).isEqualTo(shared);
    }

    @Test
    void theProjectIsReadFromTheAddress() {
        assertThat(source("pooled").supabaseProject()).contains("abcdefghijklmnopqrst");
        assertThat(source("plain").supabaseProject()).isEmpty();
    }
}
