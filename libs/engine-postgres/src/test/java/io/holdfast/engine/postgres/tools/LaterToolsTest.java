package io.holdfast.engine.postgres.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.export.PsqlScriptWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of 15 where the client tools are of a later version, or of several: scripts that behave as those do. */
class LaterToolsTest {
    /** Sets first what only servers since 17 know. */
    private static final String SETTING = """
            case "$*" in
              *--dbname=*)
                echo 'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"' >&2
                echo 'Command was: SET transaction_timeout = 0;' >&2
                case "$*" in *--exit-on-error*) exit 1;; esac
                REAL "$@" || exit
                echo 'pg_restore: warning: errors ignored on restore: 1' >&2
                exit 1;;
              *--file=-*)
                echo 'SET transaction_timeout = 0;';;
            esac
            exec REAL "$@"
            """;

    private static final String TOO_OLD = """
            echo 'pg_restore: error: unsupported version (1.16) in file header' >&2
            exit 1
            """;

    private static final String REAL = """
            exec REAL "$@"
            """;

    @TempDir
    Path directory;

    private Databases.Backup backup;

    @BeforeEach
    void aBackup() throws IOException {
        DatabaseAddress source = Databases.fresh();
        Databases.sql(source, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
        try (Snapshot snapshot = Databases.open(source)) {
            backup = Databases.backup(snapshot);
        }
        assumeTrue(backup.shape().serverMajor() == 15);
    }

    private Path programs(int major, String script) throws IOException {
        Path programs = Files.createDirectory(directory.resolve(Integer.toString(major)));
        Path program = programs.resolve("pg_restore");
        String real = Databases.TOOLS.program("pg_restore", 15).toString();
        Files.writeString(
                program,
                "#!/bin/sh\nif [ \"$*\" = --version ]; then echo 'pg_restore (PostgreSQL) " + major + ".1'; exit; fi\n"
                        + script.replace("REAL", real));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return programs;
    }

    private List<String> restored(Path... programs) {
        try (TargetServer target = new PostgresEngine(new PostgresTools(List.of(programs)))
                .target(Databases.server(), PasswordSupplier.none())) {
            return Databases.query(
                    Databases.server().withDatabase(Databases.restore(target, backup)),
                    "SELECT id FROM public.t ORDER BY 1");
        }
    }

    @Test
    void whatALaterPgRestoreSetsAndTheServerDoesNotKnowIsNoFailure() throws IOException {
        assertThat(restored(programs(17, SETTING))).containsExactly("1", "2");
    }

    @Test
    void norIsItInAnotherLanguage() throws IOException {
        String said = "ERROR:  unrecognized configuration parameter \"transaction_timeout\"";

        assertThat(SETTING).contains(said);
        assertThat(restored(programs(
                        17,
                        SETTING.replace(said, "FEHLER:  unbekannter Konfigurationsparameter »transaction_timeout«"))))
                .containsExactly("1", "2");
    }

    @Test
    void whatElseTheServerRefusesIs() throws IOException {
        Path programs = programs(17, SETTING);
        backup.rows().put(new QualifiedName("public", "t"), "1\n1\n".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> restored(programs))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOAD_FAILED))
                .hasMessageContaining("could not create unique index")
                .hasMessageNotContaining("transaction_timeout");
    }

    @Test
    void anExportSetsNothingThatTheServerDoesNotKnow() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        new PsqlScriptWriter(new PostgresTools(List.of(programs(17, SETTING))), backup.shape())
                .tables(backup.dump(), out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("CREATE TABLE public.t", "SET statement_timeout = 0;")
                .doesNotContain("transaction_timeout");
    }

    @Test
    void aPgRestoreThatCanReadTheDumpIsChosen() throws IOException {
        assertThat(restored(programs(15, TOO_OLD), programs(16, REAL))).containsExactly("1", "2");
    }

    @Test
    void ifNoneCanReadItThatIsSaid() throws IOException {
        Path programs = programs(15, TOO_OLD);

        assertThatThrownBy(() -> restored(programs))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.TOOL_TOO_OLD))
                .hasMessageContaining("later pg_dump");
    }
}
