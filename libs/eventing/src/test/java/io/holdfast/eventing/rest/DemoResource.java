package io.holdfast.eventing.rest;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationLevel;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.TimeoutException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An edge to try the library on. */
@Path("/demo")
public class DemoResource {
    @POST
    @Requires(Permission.VIEW)
    public String post(@HeaderParam(IdempotencyKey.HEADER) @Nullable String key, BackupRequest.Requested request) {
        return IdempotencyKey.orRandom(key) + " " + request.source();
    }

    @GET
    @Requires(Permission.VIEW)
    public PageCursor.Page<Integer> list(
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("level") @Nullable VerificationLevel level,
            @QueryParam("repeated") @DefaultValue("false") boolean repeated,
            @QueryParam("limit") @DefaultValue("3") int limit) {
        PageCursor after = PageCursor.parse(cursor);
        int from = after == null ? 0 : Integer.parseInt(after.after()) + 1;
        List<Integer> rows = IntStream.range(from, 7).limit(4).boxed().toList();
        return PageCursor.Page.of(rows, limit, String::valueOf);
    }

    @POST
    @Requires(Permission.VIEW)
    @Path("{name}/cancellation")
    public String cancel(@PathParam("name") String name) {
        return name;
    }

    /** Takes longer than the head of a request may. */
    @GET
    @Requires(Permission.VIEW)
    @Path("long")
    @Produces(MediaType.TEXT_PLAIN)
    public Multi<String> longAnswer() {
        return Multi.createFrom()
                .ticks()
                .every(Duration.ofSeconds(1))
                .select()
                .first(13)
                .map(tick -> "row " + tick + "\n");
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{code}")
    public BackupId fail(@PathParam("code") String code) {
        if (code.equals("defect")) {
            throw new IllegalStateException("the password is secret");
        }
        if (code.equals("database-restarts")) {
            throw new IllegalStateException(
                    "rolled back", new SQLException("terminating connection due to administrator command", "57P01"));
        }
        if (code.equals("late")) {
            throw new TimeoutException();
        }
        throw HoldfastException.about("shop", FailureCode.valueOf(code), "it is so; do this");
    }
}
