package io.holdfast.eventing.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.config.ConfigProblem;
import io.holdfast.eventing.caller.Caller;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code holdfast.yaml} of one service over REST: digests and problems, no values. */
@Path("/api/configuration")
@Tag(name = "Configuration")
class ConfigurationResource {
    private final ConfigReloader reloader;
    private final Caller caller;

    ConfigurationResource(ConfigReloader reloader, Caller caller) {
        this.reloader = reloader;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Operation(
            summary = "The configuration in effect in this service",
            description = "With problems, the file was changed and refused, and the former one is in effect.")
    public ConfigurationView show() {
        ConfigStatus status = reloader.status();
        ConfigStatus.Effective effective = status.effective();
        return new ConfigurationView(
                effective == null ? null : effective.digest(),
                effective == null ? null : effective.loadedAt(),
                caller.access().visible().all() ? texts(status.problems()) : hidden(status.problems()));
    }

    @POST
    @Requires(Permission.OPERATE)
    @Path("reload")
    @Blocking
    @Operation(
            summary = "Apply a changed holdfast.yaml in this service now",
            description = "A changed file is also applied without this request, within 10 seconds. A refused file has"
                    + " result REFUSED; DELAYED means that the service's database did not answer and that the service"
                    + " tries again.")
    public ReloadView reload() {
        caller.access().requireAll(Permission.OPERATE);
        ReloadResult result = reloader.reload();
        ConfigurationView view = show();
        return new ReloadView(result, view.digest(), view.problems());
    }

    /** Their keys name sources that the caller may not see. */
    private static List<String> hidden(List<ConfigProblem> problems) {
        return problems.isEmpty()
                ? List.of()
                : List.of(problems.size() + " problems, which need a role on all sources");
    }

    private static List<String> texts(List<ConfigProblem> problems) {
        return problems.stream().map(ConfigProblem::toString).toList();
    }

    /**
     * @param digest SHA-256 of the file in effect, in hex; absent in a service without a file
     * @param problems of a refused file, each with file, line, column and key
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ConfigurationView(
            @Nullable String digest, @Nullable Instant loadedAt, List<String> problems) {}

    /** @param digest of the file in effect afterwards */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ReloadView(ReloadResult result, @Nullable String digest, List<String> problems) {}
}
