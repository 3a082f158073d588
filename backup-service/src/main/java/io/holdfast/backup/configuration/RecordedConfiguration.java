package io.holdfast.backup.configuration;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The configuration that the replicas recorded last; this process may have another one. Calls block. */
@ApplicationScoped
public class RecordedConfiguration {
    private final DataSource database;

    RecordedConfiguration(DataSource database) {
        this.database = database;
    }

    /**
     * Returns whether a newer file than this one is recorded: a replica may start with a file, or keep one, that was replaced
     * already, such as a ConfigMap that is not updated yet on its node.
     *
     * @param file digest
     * @param before digest of the file that this process had before; null if it just started, or has this file for longer
     */
    public boolean isNewerThan(String file, @Nullable String before) {
        return row().filter(row -> row.isNewerThan(file, before)).isPresent();
    }

    /** Returns whether a replica refused a changed file and no replica has accepted a file since. */
    public boolean refusesChange() {
        return row().filter(row -> row.refused() != null).isPresent();
    }

    private Optional<ConfigurationRow> row() {
        try (Connection connection = database.getConnection()) {
            return ConfigurationRow.read(connection);
        } catch (SQLException e) {
            throw HoldfastException.of(
                    FailureCode.INTERNAL, "cannot read the recorded configuration: " + e.getMessage(), e);
        }
    }
}
