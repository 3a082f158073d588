package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = {
            "Restores a source: into a new database (--into, --to), in the live one's place (--replace), or single tables and rows"
                    + " into the live one (--table, --rows).",
            "The newest proven backup is taken unless another is chosen. Every row is compared with the backup before anything"
                    + " live is touched; what is replaced is kept for a rollback."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast restore portal --into portal_copy",
            "  ./holdfast restore portal \\",
            "    --to postgresql://holdfast@db2.example.org:5432/portal_copy",
            "  ./holdfast restore portal --label before-migration --into portal_before",
            "  ./holdfast restore portal --replace --dry-run",
            "  ./holdfast restore portal --replace --why tickets-were-deleted --yes",
            "  ./holdfast restore portal-d1 --replace --at 2026-01-15T14:30:00Z \\",
            "    --point-in-time --dry-run",
            "  ./holdfast restore portal --at 2026-01-15T14:30:00Z --point-in-time \\",
            "    --into portal_before",
            "  ./holdfast restore portal --replace --at 2026-01-15T14:30:00Z \\",
            "    --point-in-time --confirm-project abcdefghijklmnopqrst --yes",
            "  ./holdfast restore portal --at-xid 48213 --point-in-time \\",
            "    --into portal_after_batch --dry-run",
            "  ./holdfast restore portal --emergency",
            "  ./holdfast restore portal --table public.tickets --yes",
            "  ./holdfast restore portal --rows public.clients:id=4711 \\",
            "    --mode missing-only --with-parents --yes"
        })
final class RestoreCommand extends ServerCommand {
    static final class Choice {
        @Option(names = "--backup", paramLabel = "ID", description = "This backup.")
        private @Nullable IdPrefix backup;

        @Option(
                names = "--at",
                paramLabel = "INSTANT",
                description = "The newest one with data of this instant or before: 2026-01-15T14:30:00Z.")
        private @Nullable Instant at;

        @Option(
                names = "--at-lsn",
                paramLabel = "LSN",
                description = "With --point-in-time: everything up to this position of the server's WAL: 0/16B3748.")
        private @Nullable String atLsn;

        @Option(
                names = "--at-xid",
                paramLabel = "XID",
                description = "With --point-in-time: everything up to the commit of this transaction.")
        private @Nullable Long atXid;

        @Option(names = "--label", paramLabel = "LABEL", description = "The newest one with this label.")
        private @Nullable String label;

        @Option(
                names = "--emergency",
                description = "The newest proven one in the live one's place, without questions; failed checks are only"
                        + " reported.")
        private boolean emergency;
    }

    @Parameters(paramLabel = "SOURCE", description = "The source's name; see ./holdfast sources.")
    private String source;

    @ArgGroup(exclusive = true)
    private @Nullable Choice choice;

    @Option(names = "--into", paramLabel = "DB", description = "Into a new database of this name.")
    private @Nullable String database;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description = {
                "Into a new database on another server, which is one that a source lies on:",
                "postgresql://user@host:5432/DB or sqlite:/path/of/file.db, without a password."
            })
    private @Nullable String to;

    @Option(
            names = "--replace",
            description =
                    "In the live database's place; with --table or --rows: what is selected becomes as in the backup.")
    private boolean replace;

    @Option(names = "--table", paramLabel = "TABLE", description = "This table goes back into the live database.")
    private List<String> tables = List.of();

    @Option(
            names = "--rows",
            paramLabel = "TABLE:COL=VALUE[,COL=VALUE]",
            description = "These rows go back into the live database.")
    private List<String> rows = List.of();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "For --table and --rows: merge (insert what is missing, update what changed; the default),"
                    + " missing-only, or replace.")
    private @Nullable String mode;

    @Option(names = "--with-parents", description = "With --rows: bring missing rows back that they refer to, too.")
    private boolean withParents;

    @Option(
            names = "--point-in-time",
            description =
                    "With --at: the state of exactly this instant; also with --at-lsn and --at-xid. PostgreSQL with archived WAL: the server is recovered"
                            + " to it elsewhere, Neon or Amazon RDS makes a copy of it, and the database is restored from there (--into or"
                            + " --replace; ./holdfast windows)."
                            + " Cloudflare D1, with --replace: the live database itself goes back by Time Travel."
                            + " Supabase, with --replace and --confirm-project: the whole live project goes back.")
    private boolean pointInTime;

    @Option(
            names = "--confirm-project",
            paramLabel = "REF",
            description =
                    "With --point-in-time, for Supabase: the reference of the project, repeated. All its databases go"
                            + " back, and what is newer is lost.")
    private @Nullable String confirmProject;

    @Option(
            names = "--dry-run",
            description = "Print the plan and everything that would prevent the restore; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--without-safety",
            paramLabel = "WHY",
            description = "Write into live tables without a safety backup.")
    private @Nullable String withoutSafety;

    @Option(names = "--despite-checks", description = "Go on though the data fails the source's checks.")
    private boolean despiteChecks;

    @Option(names = "--why", paramLabel = "WHY", description = "What people are told of the reason.")
    private @Nullable String why;

    @Option(names = "--yes", description = "Touch the live database, without a question.")
    private boolean yes;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "4h",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() {
        Map<String, Object> request = request();
        HoldfastClient holdfastClient = api();
        IdPrefix backupId = choice == null ? null : choice.backup;
        if (backupId != null) {
            request.put("backup", IdResolver.resolve(holdfastClient, backupId, ResourceKind.BACKUP));
        }
        JsonNode requested = SourceNameHints.hinting(
                holdfastClient, source, () -> holdfastClient.post(Service.RESTORE, "/api/restores", request));
        String id = requested.path("id").asText();
        String backup = requested.path("backupId").asText("");
        String where = requested.path("database").asText(database == null ? source : database);
        output().say("restore " + id + " of " + source + " into " + where + " is requested"
                + (backup.isEmpty() ? "" : ", from backup " + backup));
        RestoreWaiter.await(holdfastClient, context(), output(), id, "restore into " + where, timeout);
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("source", source);
        Choice chosen = choice;
        if (chosen != null) {
            put(request, "at", chosen.at);
            put(request, "label", chosen.label);
            put(request, "atLsn", chosen.atLsn);
            put(request, "atXid", chosen.atXid);
        }
        boolean recovered = chosen != null && (chosen.atLsn != null || chosen.atXid != null);
        if (pointInTime && !recovered && (chosen == null || chosen.at == null)) {
            throw CommandException.usage(
                    "--point-in-time needs the point: --at 2026-01-15T14:30:00Z, --at-lsn or --at-xid");
        }
        if (recovered && !pointInTime) {
            throw CommandException.usage(
                    "--at-lsn and --at-xid are for a restore to a point in time: add" + " --point-in-time");
        }
        boolean emergency = chosen != null && chosen.emergency;
        request.put("target", target(emergency));
        putIf(request, "tables", tables, !tables.isEmpty());
        putIf(request, "rows", rows.stream().map(RestoreCommand::selection).toList(), !rows.isEmpty());
        putIf(request, "withParents", true, withParents);
        putIf(request, "pointInTime", true, pointInTime);
        putIf(request, "dryRun", true, dryRun);
        putIf(request, "despiteChecks", true, despiteChecks || emergency);
        put(request, "withoutSafety", withoutSafety);
        put(request, "confirmProject", confirmProject);
        put(request, "why", why);
        return request;
    }

    private Map<String, Object> target(boolean emergency) {
        boolean parts = !tables.isEmpty() || !rows.isEmpty();
        if (database != null || to != null) {
            if (replace || parts || mode != null || (database != null && to != null)) {
                throw CommandException.usage("--into and --to each make a new database of the whole backup: give one of"
                        + " them, and leave --replace, --table, --rows and --mode out");
            }
            return to == null ? Map.of("kind", "new", "database", database) : Map.of("kind", "url", "url", url(to));
        }
        if (!parts && mode != null) {
            throw CommandException.usage("--mode is for --table and --rows");
        }
        if (!parts && !replace && !emergency) {
            throw CommandException.usage("say where it goes: --into DB, --to URL, --replace, or --table and --rows");
        }
        if (!yes && !dryRun && !emergency) {
            throw CommandException.usage("this touches the live database of " + source
                    + ": add --yes, or --dry-run to see what would be done");
        }
        return parts ? Map.of("kind", "merge", "mode", mode()) : Map.of("kind", "replace");
    }

    /** A password is refused before it leaves this process. */
    private static String url(String url) {
        try {
            return new RestoreTarget.Url(url).url();
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--to: " + e.getMessage());
        }
    }

    private String mode() {
        String wanted = mode == null ? (replace ? "replace" : "merge") : mode;
        return switch (wanted) {
            case "merge" -> "MERGE";
            case "missing-only" -> "MISSING_ONLY";
            case "replace" -> "REPLACE";
            default ->
                throw CommandException.usage(
                        "--mode is one of merge, missing-only and replace, not \"" + wanted + "\"");
        };
    }

    /** {@code public.clients:id=4711,region=eu} */
    private static Map<String, Object> selection(String text) {
        int colon = text.indexOf(':');
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.substring(colon + 1).split(",", -1)) {
            int equals = pair.indexOf('=');
            if (colon < 1 || equals < 1) {
                throw CommandException.usage(
                        "--rows takes TABLE:COLUMN=VALUE[,COLUMN=VALUE], such as public.clients:id=4711, not " + text);
            }
            values.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return Map.of("table", text.substring(0, colon), "values", values);
    }

    private static void putIf(Map<String, Object> request, String name, Object value, boolean wanted) {
        if (wanted) {
            request.put(name, value);
        }
    }

    private static void put(Map<String, Object> request, String name, @Nullable Object value) {
        if (value != null) {
            request.put(name, value);
        }
    }
}
