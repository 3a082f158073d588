package io.holdfast.restore.targets;

import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.supabase.ProjectStatus;
import io.holdfast.supabase.RestoreAnswer;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A live project and the database of its source, as one configuration names both: the database is one of the project. Fails as
 * {@link io.holdfast.supabase.SupabaseProject} and {@link RewindTarget} do.
 */
public interface LiveProject {
    /** The project's reference. */
    String reference();

    /** Role, host, port and name of the database: another address may be another database. */
    String database();

    ProjectStatus status();

    /** See {@link io.holdfast.supabase.SupabaseProject#covered}. */
    Instant covered(Instant at);

    /** See {@link io.holdfast.supabase.SupabaseProject#restore}. */
    RestoreAnswer restore(Instant second, Runnable check);

    RewindTarget.Server server();

    /** See {@link RewindTarget#mark}. */
    void mark(UUID restore);

    /** See {@link RewindTarget#isMarked}. */
    boolean isMarked(UUID restore);

    /** Null unless the server tracks times of commits. */
    @Nullable
    Instant newestCommit();
}
