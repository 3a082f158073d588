package io.holdfast.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;

/** A source, and what a scope leaves of it in a copy. */
abstract class Scoped {
    final DatabaseAddress source = Databases.fresh();
    final TargetServer target = Databases.ENGINE.target(Databases.server(), PasswordSupplier.none());

    final Snapshot open(BackupScope scope) {
        return Databases.ENGINE.open(source, PasswordSupplier.none(), Databases.OPTIONS.withScope(scope));
    }

    static QualifiedName table(String name) {
        return new QualifiedName("public", name);
    }

    final DatabaseAddress restored(Databases.Backup backup) throws IOException {
        LoadOptions options = LoadOptions.defaults().withLacking(target.lacks(backup.shape()));
        String name = Databases.restore(target, backup, options);
        try (TargetDatabase copy = target.open(name, options);
                Snapshot snapshot = copy.snapshot(Databases.OPTIONS)) {
            Databases.Backup again = Databases.backup(snapshot);
            Path reread = ProcessTempDirectory.file("reread", ".dump");
            try (OutputStream out = Files.newOutputStream(reread)) {
                Set<Integer> given =
                        copy.reread(backup.dump(), backup.shape(), out).orElseThrow();
                assertThat(Databases.ENGINE.compareSchemas(backup.dump(), again.dump(), reread, given, options))
                        .isEmpty();
            } finally {
                Files.delete(reread);
            }
            assertThat(again.prints()).containsAllEntriesOf(backup.prints());
        }
        return source.withDatabase(name);
    }

    static List<String> relations(DatabaseAddress database) {
        return Databases.query(
                database,
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' ORDER BY 1");
    }

    final AbstractThrowableAssert<?, ? extends Throwable> refused(BackupScope scope) {
        return assertThatThrownBy(() -> open(scope))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID));
    }
}
