package io.holdfast.restore.load;

import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.restore.domain.Restore;
import io.holdfast.vault.format.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a plan says of a database that is overwritten: what is lost, and what the way back is. */
final class OverwriteLines {
    private OverwriteLines() {}

    static List<String> ofBackup(Restore restore, @Nullable Manifest manifest, Duration window) {
        List<String> lines = new ArrayList<>();
        lines.add("database " + restore.database()
                + " is overwritten where it is: all its tables, indexes, views and triggers"
                + " are dropped and written again from the backup, then read back and compared; the application must not"
                + " write meanwhile");
        if (manifest != null) {
            lines.add(
                    "whatever was written after " + manifest.contents().snapshotAt() + " will not be in the database");
        }
        lines.add(wayBack(restore, window));
        return lines;
    }

    /** Fails as the database does. */
    static List<String> ofInstant(Restore restore, Instant instant, String bookmark, OverwritableDatabase live) {
        String now = live.bookmark();
        List<String> lines = new ArrayList<>();
        lines.add("database " + restore.database() + " goes back to its state of " + instant + ", Time Travel bookmark "
                + bookmark + "; the present one is " + now);
        lines.add(
                bookmark.equals(now)
                        ? "nothing was written after " + instant + ": the database is in that state already"
                        : "everything written after " + instant + " will not be in the database, in whatever table");
        lines.add(wayBack(restore, live.window()));
        return lines;
    }

    private static String wayBack(Restore restore, Duration window) {
        return "the way back is the Time Travel bookmark noted before the first write, for " + window.toDays()
                + " days (d1.window)"
                + (restore.wish().request().withoutSafety() == null
                        ? ", and the safety backup after that"
                        : "; there is no safety backup");
    }
}
