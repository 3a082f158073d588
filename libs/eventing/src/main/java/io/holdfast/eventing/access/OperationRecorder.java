package io.holdfast.eventing.access;

import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.contracts.AccessEvent;
import io.holdfast.eventing.caller.Access;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Records operations that change something or hand rows out, and refusals. */
@ApplicationScoped
class OperationRecorder {
    /** Recorded before they have an effect, so that none happens without a trace. */
    private static final Set<Permission> BEFORE =
            EnumSet.of(Permission.EXPORT, Permission.DELETE, Permission.MANAGE_ACCESS);

    private final AccessLog log;
    private final RefusalCounter refusals;
    private final Clock clock;
    private final String service;

    OperationRecorder(
            AccessLog log,
            RefusalCounter refusals,
            Clock clock,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.log = log;
        this.refusals = refusals;
        this.clock = clock;
        this.service = service;
    }

    /** @param template of the path: refusals are counted by it, so that their number stays bounded */
    record Operation(String address, String method, String path, String template, Permission permission) {
        Admitted by(Access access) {
            return new Admitted(this, access);
        }

        private boolean isRecorded() {
            return !method.equals(HttpMethod.GET)
                    || permission == Permission.EXPORT
                    || permission == Permission.BACK_UP;
        }

        /** Without a token that somebody wrote into the path by mistake. */
        private String text() {
            return method + " " + TokenHash.redact(path);
        }
    }

    record Admitted(Operation operation, Access access) {}

    /** Fails if the operation must not run because it cannot be recorded. */
    Uni<Void> starting(Operation operation, Principal principal) {
        return operation.isRecorded() && BEFORE.contains(operation.permission())
                ? log.write(event(operation, principal, null, AccessEvent.Outcome.STARTED, null))
                : Uni.createFrom().voidItem();
    }

    void ended(Admitted admitted, int status) {
        Operation operation = admitted.operation();
        Principal principal = admitted.access().principal();
        if (status == 401 || status == 403 || admitted.access().isRefused()) {
            refused(operation, principal, status, principal.name() + " was refused");
        } else if (operation.isRecorded()) {
            AccessEvent.Outcome outcome = status < 400 ? AccessEvent.Outcome.SUCCEEDED : AccessEvent.Outcome.FAILED;
            log.later(event(operation, principal, admitted.access().about(), outcome, status));
        }
    }

    void refused(Operation operation, Principal principal, int status, String reason) {
        refusals.count(
                new RefusalCounter.Refusal(
                        principal.name(),
                        principal.kind().name(),
                        operation.address(),
                        operation.method() + " " + operation.template(),
                        status),
                reason);
    }

    /** Of an address with too many refused tokens, one number for all operations: an alert is raised of it. */
    void limited(Operation operation, RateLimitedException failure) {
        Principal known = failure.principal();
        Principal principal = known == null ? Principal.anonymous(Set.of()) : known;
        refusals.count(
                new RefusalCounter.Refusal(
                        principal.name(),
                        principal.kind().name(),
                        operation.address(),
                        known == null ? AccessEvent.AUTHENTICATION : operation.method() + " " + operation.template(),
                        Response.Status.TOO_MANY_REQUESTS.getStatusCode()),
                String.valueOf(failure.getMessage()));
    }

    private AccessEvent.Performed event(
            Operation operation,
            Principal principal,
            @Nullable String source,
            AccessEvent.Outcome outcome,
            @Nullable Integer status) {
        return new AccessEvent.Performed(
                principal.name(),
                principal.kind().name(),
                operation.address(),
                service,
                operation.text(),
                operation.permission().name(),
                source,
                outcome,
                status,
                clock.instant());
    }
}
