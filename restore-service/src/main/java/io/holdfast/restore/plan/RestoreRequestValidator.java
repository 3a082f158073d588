package io.holdfast.restore.plan;

import io.holdfast.config.ApprovalPolicy;
import io.holdfast.config.EngineType;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.support.NameSuggestion;
import io.holdfast.eventing.access.Approvers;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbound.OutboundPolicy;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a request can be taken up at all: what it asks for is carried, and names what exists. */
@ApplicationScoped
public class RestoreRequestValidator {
    private static final int LONGEST_NAME = 63;
    private static final String OURS = "holdfast_";
    private static final Set<String> SYSTEM = Set.of("postgres", "template0", "template1");

    private final LiveConfig live;
    private final RestoreVaultProvider vault;
    private final Approvers approvers;
    private final OutboundPolicy outbound;

    RestoreRequestValidator(LiveConfig live, RestoreVaultProvider vault, Approvers approvers, OutboundPolicy outbound) {
        this.live = live;
        this.vault = vault;
        this.approvers = approvers;
        this.outbound = outbound;
    }

    /**
     * Admits a request; blocks, because it asks the vault which source has this name.
     *
     * @throws HoldfastException REQUEST_INVALID, REQUEST_FORBIDDEN, SOURCE_UNKNOWN, TARGET_EXISTS, CONFIG_INVALID, or what the vault fails with
     */
    public Admitted of(RestoreRequest.Requested request, Requester by) {
        refuseContradictions(request);
        refuseWithoutInstant(request);
        by.mayRestore(request.source());
        return switch (request.target()) {
            case RestoreTarget.New made ->
                fresh(request, made.server() == null ? request.source() : made.server(), made.database(), by);
            case RestoreTarget.Url url -> {
                TargetUrlResolver.Place place = TargetUrlResolver.of(
                        url.url(), request.source(), live.current().sources());
                yield fresh(request, place.server(), place.database(), by);
            }
            case RestoreTarget.Replace ignored -> live(request, by);
            case RestoreTarget.Merge ignored -> live(request, by);
        };
    }

    private Admitted fresh(RestoreRequest.Requested request, String server, String name, Requester by) {
        by.mayRestore(server);
        refuseBeside(request);
        SourceConfig beside = configured(server);
        SourceConnector access = new SourceConnector(server, beside).restoring();
        Optional<Path> folder = access.fileTargets();
        refuseWithoutFolder(server, beside);
        String database = folder.isPresent() ? checkedFile(name) : checked(name);
        refuseAnothers(server, beside, database);
        folder.ifPresent(files ->
                SqliteFolders.of(live.current()).check(files.resolve(database), FailureCode.REQUEST_FORBIDDEN));
        access.server().ifPresent(address -> outbound.checkDatabase(address.host(), address.port(), null));
        access.api().ifPresent(api -> outbound.checkDatabase(api.getHost(), port(api), null));
        return new Admitted(source(request.source()), BackupCriterion.of(request), database, server, false, false);
    }

    private static void refuseParts(String name, SourceConfig source, RestoreTarget target) {
        if (source.engine() == EngineType.D1 && target instanceof RestoreTarget.Merge) {
            throw HoldfastException.about(
                    name,
                    FailureCode.REQUEST_INVALID,
                    "source \"" + name
                            + "\": single tables and rows do not go back into a D1 database; restore the whole of it"
                            + " (--replace), or into a new one or a SQLite file (--into) and copy what is missing");
        }
    }

    private static void refuseWithoutInstant(RestoreRequest.Requested request) {
        boolean recovered = request.atLsn() != null || request.atXid() != null;
        if (Boolean.TRUE.equals(request.pointInTime()) && request.at() == null && !recovered) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "a restore to a point in time needs the point (at, or atLsn or atXid of a PostgreSQL server)");
        }
        if (recovered && !Boolean.TRUE.equals(request.pointInTime())) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "atLsn and atXid are for a restore to a point in time: add \"pointInTime\": true");
        }
    }

    private void refuseBeside(RestoreRequest.Requested request) {
        if (!Boolean.TRUE.equals(request.pointInTime())) {
            return;
        }
        SourceConfig own = configured(request.source());
        refuseWithoutHistory(request.source(), own, request);
        if (own.supabase().isPresent()) {
            throw HoldfastException.about(
                    request.source(),
                    FailureCode.REQUEST_INVALID,
                    "an earlier state cannot be copied into another database: Supabase takes the live project itself back,"
                            + " and has no copy of a state. Either restore the newest backup of that instant beside (leave"
                            + " --point-in-time out), or take the live project back (--replace)");
        }
        if (own.engine() == EngineType.D1) {
            throw HoldfastException.about(
                    request.source(),
                    FailureCode.REQUEST_INVALID,
                    "an earlier state cannot be copied into another database: D1's Time Travel takes the live database"
                            + " itself back, and has no copy of a state. Either restore the newest backup of that"
                            + " instant beside (leave --point-in-time out), or take the live database back (--replace); to copy"
                            + " the instant with an outage, back the database up then, and roll the restore back");
        }
    }

    private static void refuseWithoutHistory(String name, SourceConfig source, RestoreRequest.Requested request) {
        if (!Boolean.TRUE.equals(request.pointInTime())) {
            return;
        }
        if (source.engine() == EngineType.SQLITE) {
            throw HoldfastException.about(
                    name,
                    FailureCode.REQUEST_INVALID,
                    "source \"" + name
                            + "\": only PostgreSQL with archived WAL, Neon, Amazon RDS, Supabase and D1 can go back"
                            + " to any instant;"
                            + " restore the newest backup of that instant (leave --point-in-time out)");
        }
        if (request.at() == null
                && (source.engine() == EngineType.D1
                        || source.neon().isPresent()
                        || source.supabase().isPresent())) {
            throw HoldfastException.about(
                    name,
                    FailureCode.REQUEST_INVALID,
                    "source \"" + name
                            + "\": atLsn and atXid need archived WAL; give the instant (at) for Neon, Supabase"
                            + " and D1");
        }
        if (source.engine() == EngineType.POSTGRES && request.target() instanceof RestoreTarget.Merge) {
            throw HoldfastException.about(
                    name,
                    FailureCode.REQUEST_INVALID,
                    "source \"" + name
                            + "\": single tables and rows are not restored to a point in time; restore the database"
                            + " under a new name (--into) and copy rows, or replace the whole database (--replace)");
        }
    }

    private static int port(URI api) {
        return api.getPort() >= 0 ? api.getPort() : 443;
    }

    private static void refuseWithoutFolder(String server, SourceConfig beside) {
        if (beside.engine() == EngineType.D1
                && beside.d1().flatMap(SourceConfig.CloudflareD1::folder).isEmpty()) {
            throw HoldfastException.about(
                    server,
                    FailureCode.REQUEST_INVALID,
                    "source \"" + server
                            + "\": a backup of D1 is restored by way of a SQLite file, and the source has no folder"
                            + " for it; set d1.folder of the source in holdfast.yaml, or name a file in the folder of"
                            + " a SQLite source (--to sqlite:/folder/name.db)");
        }
    }

    private Admitted live(RestoreRequest.Requested request, Requester by) {
        SourceConfig source = configured(request.source());
        refuseParts(request.source(), source, request.target());
        refuseWithoutHistory(request.source(), source, request);
        refuseUnconfirmed(source, request);
        if (source.engine() == EngineType.D1 && !Boolean.TRUE.equals(request.pointInTime())) {
            refuseWithoutFolder(request.source(), source);
        }
        if (request.withoutSafety() != null && request.withoutSafety().isBlank()) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "say why there is to be no safety backup (withoutSafety)");
        }
        if (source.approval().restore() == ApprovalPolicy.REQUIRED && !Boolean.TRUE.equals(request.dryRun())) {
            approvers.refuseWithout(request.source(), by.name(), "restores over live data");
        }
        SourceConnector access = new SourceConnector(request.source(), source).restoring();
        String database = access.databaseName();
        access.server().ifPresent(address -> outbound.checkDatabase(address.host(), address.port(), database));
        access.api().ifPresent(api -> outbound.checkDatabase(api.getHost(), port(api), null));
        source.supabase()
                .filter(ignored -> rewinds(source, request))
                .map(SourceConfig.Supabase::endpoint)
                .ifPresent(api -> outbound.checkDatabase(api.getHost(), port(api), null));
        if (!rewinds(source, request) && isOfTheServer(source, database, request)) {
            throw HoldfastException.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"" + database
                            + "\" is a system database of PostgreSQL and is not replaced, because clients and Holdfast"
                            + " connect to it to create others; restore tables of it (--table), or restore into a new"
                            + " one (--into)");
        }
        return new Admitted(
                source(request.source()),
                BackupCriterion.of(request),
                database,
                request.source(),
                source.engine() == EngineType.D1 && request.target() instanceof RestoreTarget.Replace,
                rewinds(source, request));
    }

    private static boolean rewinds(SourceConfig source, RestoreRequest.Requested request) {
        return source.supabase().isPresent() && Boolean.TRUE.equals(request.pointInTime());
    }

    /** Everything on the project is lost that is newer, so that its name is written out by whoever requests it. */
    private static void refuseUnconfirmed(SourceConfig source, RestoreRequest.Requested request) {
        if (!rewinds(source, request)) {
            if (request.confirmProject() != null) {
                throw HoldfastException.of(
                        FailureCode.REQUEST_INVALID,
                        "confirmProject is for restores of a Supabase project to a point in time; leave it out");
            }
            return;
        }
        String project = source.supabase().orElseThrow().project();
        if (request.withoutSafety() != null) {
            throw HoldfastException.about(
                    request.source(),
                    FailureCode.REQUEST_INVALID,
                    "Supabase does not undo its restore, so a proven safety backup is the only way back; leave"
                            + " withoutSafety out");
        }
        if (!Boolean.TRUE.equals(request.dryRun()) && !project.equals(request.confirmProject())) {
            throw HoldfastException.about(
                    request.source(),
                    FailureCode.REQUEST_INVALID,
                    "the whole Supabase project of source \"" + request.source()
                            + "\" goes back, with all its databases,"
                            + " its users and its files' entries; look at the plan (dryRun), and repeat the project's"
                            + " reference to confirm it: \"confirmProject\": \"" + project + "\"");
        }
    }

    /** A database that people use may have the name {@code postgres}: tables of it can be restored in place. */
    private static boolean isOfTheServer(SourceConfig source, String database, RestoreRequest.Requested request) {
        boolean replaced = request.target() instanceof RestoreTarget.Replace;
        return source.engine() == EngineType.POSTGRES
                && SYSTEM.contains(database)
                && (replaced || !database.equals("postgres"));
    }

    private static void refuseContradictions(RestoreRequest.Requested request) {
        boolean parts = !request.tables().isEmpty() || !request.rows().isEmpty();
        boolean merges = request.target() instanceof RestoreTarget.Merge;
        if (parts && !merges) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "single tables and rows go into the live database: give the target"
                            + " {\"kind\":\"merge\",\"mode\":\"MERGE\"}; or leave them out to restore the whole database");
        }
        if (merges && !parts) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "name the tables or rows that are to go into the live database; the whole of it is restored by the"
                            + " target {\"kind\":\"replace\"}");
        }
    }

    private SourceConfig configured(String name) {
        SourceConfig found = live.current().sources().get(name);
        if (found == null) {
            throw unknown(name);
        }
        return found;
    }

    /** A database that is a source, on that server, whether it is there at the moment or not: only a switch replaces it. */
    private void refuseAnothers(String server, SourceConfig beside, String database) {
        SourceConnector own = new SourceConnector(server, beside);
        Optional<Path> folder = own.fileTargets();
        live.current().sources().forEach((name, other) -> {
            SourceConnector access = new SourceConnector(name, other);
            boolean beneath = other.engine() == EngineType.SQLITE
                    ? access.fileTargets().equals(folder)
                    : own.sharesServer(access);
            if (other.engine() != EngineType.D1
                    && beneath
                    && access.databaseName().equals(database)) {
                throw HoldfastException.about(
                        database,
                        FailureCode.TARGET_EXISTS,
                        "\"" + database + "\" is the database of source \"" + name
                                + "\" and is not created again; replace it (--replace), or choose another name");
            }
        });
    }

    private SourceRef source(String name) {
        SourceId id = vault.open()
                .findSource(name)
                .orElseThrow(() -> live.current().sources().containsKey(name) ? neverStored(name) : unknown(name));
        return new SourceRef(id, name);
    }

    private static HoldfastException neverStored(String name) {
        return HoldfastException.about(
                name,
                FailureCode.BACKUP_NOT_USABLE,
                "the vault has no backup of source \"" + name + "\"; `holdfast backup " + name + "` makes one");
    }

    private HoldfastException unknown(String name) {
        String meant = live.current().sources().isEmpty()
                ? ""
                : "did you mean \""
                        + NameSuggestion.of(name, live.current().sources().keySet()) + "\"? ";
        return HoldfastException.about(
                name,
                FailureCode.SOURCE_UNKNOWN,
                "there is no source \"" + name + "\"; " + meant + "holdfast.sources has "
                        + String.join(
                                ", ", new TreeSet<>(live.current().sources().keySet())));
    }

    private static String checked(String database) {
        int bytes = database.getBytes(StandardCharsets.UTF_8).length;
        boolean taken = SYSTEM.contains(database) || database.startsWith(OURS);
        if (bytes == 0 || bytes > LONGEST_NAME || database.indexOf('\0') >= 0 || taken) {
            throw HoldfastException.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"" + database + "\" cannot be the name of a restored database: it takes 1 to 63 bytes;"
                            + " system databases are not replaced, and names with " + OURS + " are Holdfast's own");
        }
        return database;
    }

    /** A file beside the server's own: a request must not reach anywhere else. */
    private static String checkedFile(String database) {
        if (database.isBlank() || database.indexOf('/') >= 0 || database.indexOf('\0') >= 0) {
            throw HoldfastException.about(
                    database,
                    FailureCode.REQUEST_INVALID,
                    "\"" + database
                            + "\" cannot be the name of a restored SQLite database: it takes the name of a file,"
                            + " without a path; the file is created next to the source's own");
        }
        return database;
    }

    /**
     * @param database the name that it has in the end
     * @param server the configured source on whose server it is
     * @param overwrites whether the live database is written over where it is, because no copy can take its place
     * @param rewinds whether the provider takes the whole live server back to an earlier state
     */
    public record Admitted(
            SourceRef source,
            BackupCriterion choice,
            String database,
            String server,
            boolean overwrites,
            boolean rewinds) {}
}
