package io.holdfast.eventing.access;

import io.holdfast.access.OwnCredential;
import io.holdfast.access.Permission;
import io.holdfast.access.Principal;
import io.holdfast.access.Requires;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.oidc.IssuerUnavailableException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/** Admits a request to an operation of {@code /api}, or refuses it, and has both recorded. */
public class AccessFilter {
    private static final String OPERATION = "holdfast.operation";
    private static final String OWN_CREDENTIAL = "holdfast.own-credential";

    private final LimitedAuthenticator authenticator;
    private final OperationRecorder recorder;
    private final Caller caller;
    private final CurrentVertxRequest current;
    private final Authorizer authorizer;

    AccessFilter(
            LimitedAuthenticator authenticator,
            OperationRecorder recorder,
            Caller caller,
            CurrentVertxRequest current,
            Authorizer authorizer) {
        this.authenticator = authenticator;
        this.recorder = recorder;
        this.caller = caller;
        this.current = current;
        this.authorizer = authorizer;
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    public Uni<@Nullable Response> check(ContainerRequestContext request, ResourceInfo info) {
        Method method = info.getResourceMethod();
        Requires requires = method.getAnnotation(Requires.class);
        Caller admitted = caller;
        OwnCredential own = method.getAnnotation(OwnCredential.class);
        if (own != null) {
            return checkOwnCredential(request, info, own);
        }
        if (requires == null) {
            return Uni.createFrom()
                    .item(Refusals.forbidden(method, "the operation names no permission; report this as a bug"));
        }
        Permission permission = requires.value();
        var operation = operation(request, info, permission);
        return authenticator
                .authenticate(request.getHeaderString(HttpHeaders.AUTHORIZATION), operation.address())
                .chain(principal -> {
                    if (!principal.has(permission)) {
                        return refuse(method, operation, principal, permission);
                    }
                    Access access = authorizer.of(principal);
                    admitted.is(access);
                    request.setProperty(OPERATION, operation.by(access));
                    return recorder.starting(operation, principal).replaceWith((Response) null);
                })
                .onFailure(AuthenticationException.class)
                .recoverWithItem(failure -> unauthenticated(method, operation, String.valueOf(failure.getMessage())))
                .onFailure(RateLimitedException.class)
                .recoverWithItem(failure -> limited(method, operation, failure))
                .onFailure(IssuerUnavailableException.class)
                .recoverWithItem(failure -> Refusals.unavailable(method));
    }

    /** The operation checks the credential; its answer counts as that of a token. */
    private Uni<@Nullable Response> checkOwnCredential(
            ContainerRequestContext request, ResourceInfo info, OwnCredential own) {
        var operation = operation(request, info, own.permission());
        if (!own.principal().isEmpty()) {
            request.setProperty(OPERATION, operation.by(authorizer.of(Principal.service(own.principal()))));
        }
        if (request.getHeaderString(HttpHeaders.AUTHORIZATION) != null) {
            request.setProperty(OWN_CREDENTIAL, operation.address());
        }
        return authenticator
                .anonymous(operation.address())
                .chain(() -> request.getProperty(OWN_CREDENTIAL) == null
                        ? Uni.createFrom().voidItem()
                        : authenticator.checkFailures(operation.address()))
                .replaceWith((Response) null)
                .onFailure(RateLimitedException.class)
                .recoverWithItem(failure -> limited(info.getResourceMethod(), operation, failure));
    }

    private OperationRecorder.Operation operation(
            ContainerRequestContext request, ResourceInfo info, Permission permission) {
        return new OperationRecorder.Operation(
                ClientAddress.of(current.getCurrent()),
                request.getMethod(),
                request.getUriInfo().getPath(),
                OperationPath.template(info),
                permission);
    }

    private Response limited(Method method, OperationRecorder.Operation operation, RateLimitedException failure) {
        recorder.limited(operation, failure);
        return Refusals.limited(method, failure);
    }

    @ServerResponseFilter
    public void record(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(OWN_CREDENTIAL) instanceof String address
                && response.getStatus() == Response.Status.UNAUTHORIZED.getStatusCode()) {
            authenticator.failed(address);
        }
        if (request.getProperty(OPERATION) instanceof OperationRecorder.Admitted admitted) {
            recorder.ended(admitted, response.getStatus());
        }
    }

    private Uni<@Nullable Response> refuse(
            Method method, OperationRecorder.Operation operation, Principal principal, Permission permission) {
        if (!principal.isKnown()) {
            return Uni.createFrom()
                    .item(unauthenticated(
                            method, operation, "a token is required; send Authorization: Bearer <token>"));
        }
        String reason = principal.name() + " may not " + permission.label();
        recorder.refused(operation, principal, Response.Status.FORBIDDEN.getStatusCode(), reason);
        return Uni.createFrom().item(Refusals.forbidden(method, reason));
    }

    private Response unauthenticated(Method method, OperationRecorder.Operation operation, String reason) {
        recorder.refused(
                operation, Principal.anonymous(Set.of()), Response.Status.UNAUTHORIZED.getStatusCode(), reason);
        return Refusals.unauthorized(method, reason);
    }
}
