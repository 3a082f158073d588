package io.holdfast.restore.plan;

import io.holdfast.config.Engine;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.Nearest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** Whether a request can be taken up at all: what it asks for is carried, and names what exists. */
@ApplicationScoped
public class Admission {
    private static final int LONGEST_NAME = 63;
    private static final Set<String> SYSTEM = Set.of("postgres", "template0", "template1");

    private final HoldfastConfig config;
    private final RestoreVault vault;

    Admission(HoldfastConfig config, RestoreVault vault) {
        this.config = config;
        this.vault = vault;
    }

    /**
     * Admits a request; blocks, because it asks the vault which source has this name.
     *
     * @throws Failure REQUEST_INVALID, SOURCE_UNKNOWN, or what the vault fails with
     */
    public Admitted of(RestoreRequest.Requested request) {
        RestoreTarget.New target = target(request);
        refuseWhatIsNotCarried(request);
        String server = target.server() == null ? request.source() : target.server();
        SourceConfig beside = config.sources().get(server);
        if (beside == null) {
            throw unknown(server);
        }
        String database =
                beside.engine() == Engine.SQLITE ? checkedFile(target.database()) : checked(target.database());
        return new Admitted(source(request.source()), Choice.of(request), database, server);
    }

    private SourceRef source(String name) {
        SourceId id = vault.open()
                .findSource(name)
                .orElseThrow(() -> config.sources().containsKey(name) ? neverStored(name) : unknown(name));
        return new SourceRef(id, name);
    }

    private static Failure neverStored(String name) {
        return Failure.about(
                name,
                FailureCode.BACKUP_NOT_USABLE,
                "the vault has no backup of source \"" + name + "\"; `holdfast backup " + name + "` makes one");
    }

    private Failure unknown(String name) {
        String meant = config.sources().isEmpty()
                ? ""
                : "did you mean \"" + Nearest.of(name, config.sources().keySet()) + "\"? ";
        return Failure.about(
                name,
                FailureCode.SOURCE_UNKNOWN,
                "there is no source \"" + name + "\"; " + meant + "holdfast.sources has "
                        + String.join(", ", new TreeSet<>(config.sources().keySet())));
    }

    private static RestoreTarget.New target(RestoreRequest.Requested request) {
        return switch (request.target()) {
            case RestoreTarget.New fresh -> fresh;
            case RestoreTarget.Replace ignored -> throw notCarried("replacing a database");
            case RestoreTarget.Merge ignored -> throw notCarried("restoring into a live database");
        };
    }

    private static void refuseWhatIsNotCarried(RestoreRequest.Requested request) {
        if (!request.tables().isEmpty()) {
            throw notCarried("restoring single tables");
        }
        if (!request.rows().isEmpty()) {
            throw notCarried("restoring single rows");
        }
        if (Boolean.TRUE.equals(request.dryRun())) {
            throw notCarried("a dry run");
        }
    }

    private static Failure notCarried(String what) {
        return Failure.of(
                FailureCode.REQUEST_INVALID,
                what + " is not carried by this version; restore the whole database into a new one");
    }

    private static String checked(String database) {
        int bytes = database.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LONGEST_NAME || database.indexOf('\0') >= 0 || SYSTEM.contains(database)) {
            throw Failure.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"" + database + "\" cannot be the name of a restored database: it takes 1 to 63 bytes, and"
                            + " system databases are not replaced");
        }
        return database;
    }

    /** A file beside the server's own: a request must not reach anywhere else. */
    private static String checkedFile(String database) {
        if (database.isBlank() || database.indexOf('/') >= 0 || database.indexOf('\0') >= 0) {
            throw Failure.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"" + database
                            + "\" cannot be the name of a restored SQLite database: it takes the name of a file,"
                            + " without a path; it is made beside the source's own file");
        }
        return database;
    }

    /** @param server the configured source on whose server the database is made */
    public record Admitted(SourceRef source, Choice choice, String database, String server) {}
}
