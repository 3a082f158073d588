package io.holdfast.engine.scratch;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What kind of cluster is needed.
 *
 * @param directory where clusters live while they run; needs as much room as the databases restored to it
 * @param serverMajor the source's major version; the cluster has this or a later one
 * @param roles that the restored database refers to; created without a right to log in
 * @param tools where PostgreSQL's programs are; null: the usual places
 */
public record ScratchOptions(
        Path directory,
        int serverMajor,
        Collection<String> roles,
        @Nullable Path tools) {

    public ScratchOptions {
        roles = List.copyOf(roles);
    }

    public static ScratchOptions in(Path directory, int serverMajor) {
        return new ScratchOptions(directory, serverMajor, List.of(), null);
    }

    public ScratchOptions withRoles(Collection<String> value) {
        return new ScratchOptions(directory, serverMajor, value, tools);
    }
}
