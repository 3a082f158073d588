package io.holdfast.restore.saga;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LiveDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.transfer.LiveSchemaComparator;
import io.holdfast.transfer.SourceConnector;
import io.holdfast.vault.BackupReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The servers that databases are restored to, and the live databases on them: those of the configured sources. */
@ApplicationScoped
class TargetRegistry {
    private final HoldfastConfig config;

    TargetRegistry(HoldfastConfig config) {
        this.config = config;
    }

    /** To be closed. Fails with SOURCE_UNKNOWN. */
    TargetServer of(String server) {
        return access(server).restoring().database().target();
    }

    /** The name of the source's database on its server. Fails with SOURCE_UNKNOWN. */
    String database(String source) {
        return access(source).databaseName();
    }

    /** Platform, source and server of a database, for messages and events. */
    String place(String source) {
        return configured(source)
                .map(config -> new SourceConnector(source, config).place())
                .orElse("unknown");
    }

    Set<String> sources() {
        return config.sources().keySet();
    }

    /** The source's own database, to be written into. To be closed. Fails with SOURCE_UNKNOWN. */
    LiveDatabase live(String source) {
        return access(source)
                .restoring()
                .database()
                .live(config(source).limits().lockTimeout());
    }

    /** How its schema differs from the backup's, in words. */
    List<String> schemaDifferences(String source, BackupReader backup) {
        SourceConnector access = access(source);
        return LiveSchemaComparator.differences(
                backup, access.database(), access.options("holdfast/restore", blocked -> {}));
    }

    Engine engine(String server) {
        return access(server).database().engine();
    }

    /** Fails with SOURCE_UNKNOWN. */
    SourceConfig config(String source) {
        SourceConfig found = config.sources().get(source);
        if (found == null) {
            throw HoldfastException.about(
                    source,
                    FailureCode.SOURCE_UNKNOWN,
                    "source \"" + source + "\" is not configured any more; add it below holdfast.sources again");
        }
        return found;
    }

    Optional<SourceConfig> configured(String source) {
        return Optional.ofNullable(config.sources().get(source));
    }

    private SourceConnector access(String source) {
        return new SourceConnector(source, config(source));
    }
}
