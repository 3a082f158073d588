package io.holdfast.devstack.rds;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An instance or a cluster. Each look at it is a step of what Amazon does with it. */
final class RdsResource {
    /** Looks at one whose deletion has begun. */
    private static final int DELETING = 2;

    final String id;

    /** Those of the request that made it, which Amazon does not fill from the source. */
    final Map<String, String> parameters;

    final Map<String, String> tags;

    /** Of an Aurora instance. */
    final @Nullable String cluster;

    /** Null: nothing can be opened, as at the source, or for a cluster without instances. */
    final @Nullable RdsState database;

    private final Deque<String> ahead;
    private String status;
    private int looks;
    private @Nullable RdsEndpoint endpoint;

    RdsResource(
            String id,
            Map<String, String> parameters,
            Map<String, String> tags,
            @Nullable String cluster,
            @Nullable RdsState database,
            List<String> statuses) {
        this.id = id;
        this.parameters = parameters;
        this.tags = tags;
        this.cluster = cluster;
        this.database = database;
        this.ahead = new ArrayDeque<>(statuses);
        this.status = ahead.removeFirst();
    }

    String status() {
        return status;
    }

    /** @return whether it is still there */
    boolean look() {
        if (status.equals("deleting")) {
            return ++looks <= DELETING;
        }
        if (!ahead.isEmpty()) {
            status = ahead.removeFirst();
        }
        return true;
    }

    void delete() {
        status = "deleting";
        if (endpoint != null) {
            endpoint.close();
        }
    }

    /** Empty until the first time that it is available. */
    @Nullable
    Integer port() {
        if (endpoint == null && database != null && status.equals("available")) {
            endpoint = new RdsEndpoint(database::open);
        }
        return endpoint == null ? null : endpoint.port();
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
