package io.holdfast.restore.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.restore.domain.Restore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a plan says of a live server that its provider takes back: what is lost, and what stands against it. */
public final class RewindLines {
    private RewindLines() {}

    /**
     * @param wanted the requested instant
     * @param second to which the provider goes back for it
     * @param others sources on the same project
     */
    static List<String> ofProject(
            Restore restore, String project, Instant wanted, Instant second, List<String> others) {
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
        lines.add("the safety backup has to be proven before Supabase is asked; what is written between it and the"
                + " restore is in neither");
        lines.add(wayBack(restore));
        lines.add("the schema " + RewindTarget.schema(restore.id().value())
                + " is created before Supabase is asked: the restore has succeeded when it is gone");
        return lines;
    }

    private static String wayBack(Restore restore) {
        return restore.database().equals("postgres")
                ? "Supabase does not undo a restore. The way back is the safety backup; a database with the name postgres is"
                        + " not replaced as a whole, so restore its tables (--backup, --table) or the whole of it beside"
                        + " (--into)"
                : "Supabase does not undo a restore. The way back is the safety backup of database \""
                        + restore.database() + "\": a rollback replaces the database by it. Other databases and schemas"
                        + " that the backup leaves out have no way back";
    }

    static String ofServer(RewindTarget.Server server) {
        return "databases that go back: " + String.join(", ", server.databases());
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
