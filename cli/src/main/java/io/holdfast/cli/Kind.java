package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.CommandFailure.Exit;
import io.holdfast.devstack.Service;
import org.jspecify.annotations.Nullable;

/** What an id can be of, in the order in which they are asked. */
enum Kind {
    BACKUP(Service.BACKUP, "/api/backups/"),
    RESTORE(Service.RESTORE, "/api/restores/"),
    VERIFICATION(Service.VERIFIER, "/api/verifications/");

    private final Service service;
    private final String path;

    Kind(Service service, String path) {
        this.service = service;
        this.path = path;
    }

    Service service() {
        return service;
    }

    String path(String id) {
        return path + id;
    }

    record Found(Kind kind, JsonNode document) {}

    /** @throws CommandFailure REFUSED if no service knows the id */
    static Found find(Api api, String id) {
        for (Kind kind : values()) {
            JsonNode document = kind.get(api, id);
            if (document != null) {
                return new Found(kind, document);
            }
        }
        throw CommandFailure.refused(
                "there is no backup, restore or verification " + id + "; ./holdfast backups lists what there is", null);
    }

    private @Nullable JsonNode get(Api api, String id) {
        try {
            return api.get(service, path(id));
        } catch (CommandFailure failure) {
            JsonNode problem = failure.document();
            boolean absent = problem == null || problem.path("status").asInt() == 404;
            if (failure.exit() == Exit.REFUSED && absent) {
                return null;
            }
            throw failure;
        }
    }
}
