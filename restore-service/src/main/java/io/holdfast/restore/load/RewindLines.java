package io.holdfast.restore.load;

import io.holdfast.config.SourceConfig;
import io.holdfast.config.TableName;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.restore.domain.Restore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a plan says of a live server that its provider takes back: what is lost, and what stands against it. */
public final class RewindLines {
    private static final String SYSTEM = "postgres";

    private RewindLines() {}

    /**
     * @param wanted the requested instant
     * @param second to which the provider goes back for it
     * @param others sources on the same project
     */
    static List<String> ofProject(
            Restore restore, String project, Instant wanted, Instant second, Collection<String> others) {
        List<String> lines = new ArrayList<>();
        lines.add("Supabase takes the live project " + project + " back to its state of " + second
                + (second.equals(wanted) ? "" : ": it restores to whole seconds, and " + wanted + " is none"));
        lines.add(
                "everything written after " + second + " will not be in the project, in whatever database and schema;"
                        + " also not in auth (users, sessions) and storage. Files of Storage do not go back, only their entries");
        if (!others.isEmpty()) {
            lines.add("these sources are on the same project and go back, too: " + String.join(", ", others));
        }
        lines.add("the project is down until Supabase has ended the restore: minutes to hours, by its size");
        lines.add("roles and their passwords become those of " + second + "; if the password of the source was changed"
                + " since, set the former one when the restore waits for it");
        lines.add("stop the application before you request the restore: the safety backup has to be proven before"
                + " Supabase is asked, and what is written after the safety backup began is neither in it nor in"
                + " the project");
        lines.add(wayBack(restore));
        lines.add("the schema " + RewindTarget.schema(restore.id().value())
                + " is created before Supabase is asked: the restore has succeeded when it is gone");
        return lines;
    }

    private static String wayBack(Restore restore) {
        return "Supabase does not undo a restore. The way back is the safety backup of database \"" + restore.database()
                + "\": "
                + (restore.database().equals(SYSTEM)
                        ? "a database with the name postgres is not replaced as a whole, so restore its tables"
                                + " (--backup, --table) or the whole of it beside (--into)"
                        : "a rollback replaces the database by it");
    }

    /** The commands that bring data of the safety backup back; empty if there is none. */
    public static String commands(Restore restore) {
        BackupId safety = restore.account().safetyBackup();
        if (safety == null) {
            return "";
        }
        String command = "holdfast restore " + restore.source().name() + " --backup " + safety;
        return command + " --into NAME restores the state before beside, and " + command
                + " --table SCHEMA.TABLE … writes tables of it back";
    }

    /** @param backedUp databases of the project that are sources */
    static List<String> ofServer(RewindTarget.Server server, Set<String> backedUp) {
        List<String> lines = new ArrayList<>();
        lines.add("databases that go back: " + String.join(", ", server.databases()));
        List<String> others = server.databases().stream()
                .filter(database -> !backedUp.contains(database))
                .toList();
        if (!others.isEmpty()) {
            lines.add(
                    "these databases are no source, have no backup, and so no way back: " + String.join(", ", others));
        }
        return lines;
    }

    /** What the safety backup would leave out has no way back. */
    static List<FailureReason> leftOut(Restore restore, SourceConfig.Scope scope) {
        List<String> parts = new ArrayList<>();
        if (!scope.include().schemas().isEmpty() || !scope.include().tables().isEmpty()) {
            parts.add("all but "
                    + joined(scope.include().schemas(), scope.include().tables()));
        }
        if (!scope.exclude().schemas().isEmpty() || !scope.exclude().tables().isEmpty()) {
            parts.add(joined(scope.exclude().schemas(), scope.exclude().tables()));
        }
        if (!scope.exclude().tableData().isEmpty()) {
            parts.add("the rows of " + joined(List.of(), scope.exclude().tableData()));
        }
        if (scope.extensions() == SourceConfig.Extensions.IGNORE) {
            parts.add("extensions and what needs one");
        } else if (!scope.exclude().extensions().isEmpty()) {
            parts.add("the extensions " + String.join(", ", scope.exclude().extensions()) + " and what needs them");
        }
        return parts.isEmpty()
                ? List.of()
                : List.of(obstacle(
                        restore,
                        "the safety backup leaves out " + String.join("; ", parts)
                                + ", which would have no way back: remove scope of source \""
                                + restore.source().name() + "\", and restore then"));
    }

    private static String joined(List<String> schemas, List<TableName> tables) {
        return Stream.concat(
                        schemas.stream().map(schema -> "schema " + schema),
                        tables.stream().map(Object::toString))
                .collect(Collectors.joining(", "));
    }

    /** Supabase demands that these are dropped before. */
    public static List<FailureReason> obstacles(Restore restore, RewindTarget.Server server) {
        List<FailureReason> obstacles = new ArrayList<>();
        if (!server.subscriptions().isEmpty()) {
            obstacles.add(obstacle(
                    restore,
                    "subscriptions have to be dropped before Supabase restores the project: "
                            + String.join(", ", server.subscriptions())
                            + "; DROP SUBSCRIPTION them, and create them again afterwards"));
        }
        if (!server.slots().isEmpty()) {
            obstacles.add(obstacle(
                    restore,
                    "replication slots have to be dropped before Supabase restores the project: "
                            + String.join(", ", server.slots())
                            + "; SELECT pg_drop_replication_slot(…) them, and create them again afterwards"));
        }
        return obstacles;
    }

    private static FailureReason obstacle(Restore restore, String message) {
        return FailureReason.of(FailureCode.TARGET_UNSUITABLE, message, restore.database());
    }
}
