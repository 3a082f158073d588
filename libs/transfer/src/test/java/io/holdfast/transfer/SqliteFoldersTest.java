package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteFoldersTest {
    @TempDir
    Path root;

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(root.resolve("data/deep"));
        Files.createDirectories(root.resolve("data-of-others"));
        Files.createFile(root.resolve("data/app.db"));
        Files.createFile(root.resolve("secret.db"));
        Files.createSymbolicLink(root.resolve("data/out.db"), root.resolve("secret.db"));
        Files.createSymbolicLink(root.resolve("data/out"), root);
        Files.createSymbolicLink(root.resolve("data/dangling.db"), root.resolve("not-there.db"));
        Files.createSymbolicLink(root.resolve("data/in.db"), root.resolve("data/app.db"));
        Files.createSymbolicLink(root.resolve("link-to-data"), root.resolve("data"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data/app.db",
                "data/new.db",
                "data/deep/new.db",
                "data/in.db",
                "link-to-data/app.db",
                "data/x/../n"
            })
    void aFileBelowAFolderIsPermitted(String file) {
        assertThatCode(() -> folders("").check(root.resolve(file), FailureCode.REQUEST_FORBIDDEN))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret.db",
                "data/../secret.db",
                "data/x/../../secret.db",
                "data/out.db",
                "data/out/secret.db",
                "data/out/new.db",
                "data/dangling.db",
                "data-of-others/app.db",
                "data"
            })
    void aFileOutsideIsRefusedWithTheKeysName(String file) {
        assertThatExceptionOfType(HoldfastException.class)
                .isThrownBy(() -> folders("").check(root.resolve(file), FailureCode.REQUEST_FORBIDDEN))
                .withMessageContaining("sqlite.folders")
                .matches(failure -> failure.code() == FailureCode.REQUEST_FORBIDDEN);
    }

    @Test
    void configuredFoldersReplaceThoseOfTheSources() {
        SqliteFolders folders = folders("sqlite: { folders: [" + root.resolve("data-of-others") + "] }");

        folders.check(root.resolve("data-of-others/app.db"), FailureCode.REQUEST_FORBIDDEN);
        assertThatExceptionOfType(HoldfastException.class)
                .isThrownBy(() -> folders.check(root.resolve("data/app.db"), FailureCode.REQUEST_FORBIDDEN));
    }

    @Test
    void aSourceOutsideIsNotOpened() {
        HoldfastConfig config = config("sqlite: { folders: [" + root.resolve("data-of-others") + "] }");
        SourceConnector app = new SourceConnector(
                "app", Objects.requireNonNull(config.sources().get("app")));

        assertThatExceptionOfType(HoldfastException.class)
                .isThrownBy(() -> app.database(SqliteFolders.of(config)))
                .matches(failure -> failure.code() == FailureCode.CONFIG_INVALID);
    }

    private SqliteFolders folders(String section) {
        return SqliteFolders.of(config(section));
    }

    private HoldfastConfig config(String section) {
        String yaml = """
            holdfast:
              vault: { bucket: abc, key-file: k }
              sources: { app: { engine: sqlite, url: "sqlite:%s" } }
              %s
            """.formatted(root.resolve("data/app.db"), section);
        return HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), Environment.of(Map.of()));
    }
}
