package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.CommandException.Exit;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an id can be of, in the order in which they are asked. */
enum ResourceKind {
    BACKUP(Service.BACKUP, "/api/backups/"),
    RESTORE(Service.RESTORE, "/api/restores/"),
    VERIFICATION(Service.VERIFIER, "/api/verifications/"),
    ALERT(Service.NOTIFIER, "/api/alerts/"),
    DRILL(Service.VERIFIER, "/api/drills/");

    /** What a service answers a document for. */
    private static final List<ResourceKind> SHOWN = List.of(BACKUP, RESTORE, VERIFICATION);

    private final Service service;
    private final String path;

    ResourceKind(Service service, String path) {
        this.service = service;
        this.path = path;
    }

    static ResourceKind[] shown() {
        return SHOWN.toArray(ResourceKind[]::new);
    }

    Service service() {
        return service;
    }

    String path(String id) {
        return path + id;
    }

    String listPath() {
        return path.substring(0, path.length() - 1);
    }

    record Found(ResourceKind kind, JsonNode document) {}

    /** @throws CommandException REFUSED if no service knows the id */
    static Found find(HoldfastClient holdfastClient, String id) {
        for (ResourceKind kind : SHOWN) {
            JsonNode document = kind.get(holdfastClient, id);
            if (document != null) {
                return new Found(kind, document);
            }
        }
        throw CommandException.refused(
                "there is no backup, restore or verification " + id + "; ./holdfast backups lists what there is", null);
    }

    private @Nullable JsonNode get(HoldfastClient holdfastClient, String id) {
        try {
            return holdfastClient.get(service, path(id));
        } catch (CommandException failure) {
            JsonNode problem = failure.document();
            boolean absent = problem == null || problem.path("status").asInt() == 404;
            if (failure.exit() == Exit.REFUSED && absent) {
                return null;
            }
            throw failure;
        }
    }
}
