package io.holdfast.restore.targets;

import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.supabase.ProjectStatus;
import io.holdfast.supabase.RestoreAnswer;
import io.holdfast.supabase.SupabaseProject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A project over Supabase's API, and its database over JDBC. */
record ConfiguredProject(SupabaseProject project, RewindTarget target, String database) implements LiveProject {

    @Override
    public String reference() {
        return project.reference();
    }

    @Override
    public ProjectStatus status() {
        return project.status();
    }

    @Override
    public Instant covered(Instant at) {
        return project.covered(at);
    }

    @Override
    public RestoreAnswer restore(Instant second, Runnable check) {
        return project.restore(second, check);
    }

    @Override
    public RewindTarget.Server server() {
        return target.server();
    }

    @Override
    public void mark(UUID restore) {
        target.mark(restore);
    }

    @Override
    public boolean isMarked(UUID restore) {
        return target.isMarked(restore);
    }

    @Override
    public @Nullable Instant newestCommit() {
        return target.server().newestCommit();
    }
}
