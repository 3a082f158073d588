package io.holdfast.cli;

import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.Lsn;
import io.holdfast.wal.Recovery;
import io.holdfast.wal.RecoveryPlan;
import io.holdfast.wal.RecoveryTarget;
import io.holdfast.wal.WalIndex;
import io.holdfast.wal.WalWindows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "recover",
        description = {
            "Recovers a PostgreSQL server to a point in time into a new data directory, with the vault and its key alone.",
            "PostgreSQL of this machine replays the WAL up to the point without network, and is stopped; the directory then"
                    + " starts as any other."
        },
        footer = {
            "",
            "A point outside every window is refused; it is never replaced by the latest state.",
            "The copy does not archive (archive_mode = off), and has a timeline of its own.",
            "",
            "Examples:",
            "  ./holdfast vault recover --source portal --at 2026-11-26T10:15:00Z \\",
            "    --into /var/lib/postgresql/15/recovered",
            "  ./holdfast vault recover --source portal --at-lsn 0/16B3748 \\",
            "    --into /srv/recovered --json"
        })
final class VaultRecoverCommand extends OfflineCommand {
    @Option(names = "--source", paramLabel = "SOURCE", required = true, description = "The source, by name or id.")
    private String source;

    @ArgGroup(multiplicity = "1")
    private Point point = new Point();

    @Option(
            names = "--into",
            paramLabel = "DIR",
            required = true,
            description = "The data directory. It must not exist, or be empty.")
    private Path into;

    @Option(
            names = "--timeline",
            paramLabel = "N",
            description = "The timeline of the point. Default: the newest one that covers it.")
    private @Nullable Integer timeline;

    @Option(
            names = "--system",
            paramLabel = "ID",
            description = "The server's system identifier, if there are several.")
    private @Nullable String system;

    static final class Point {
        @Option(
                names = "--at",
                paramLabel = "TIME",
                description = "Every transaction that committed at this instant or before, by the server's clock;"
                        + " with offset, such as 2026-11-26T10:15:00Z.")
        private @Nullable String at;

        @Option(
                names = "--at-lsn",
                paramLabel = "LSN",
                description = "Everything up to this position, such as 0/16B3748.")
        private @Nullable String lsn;

        @Option(
                names = "--at-xid",
                paramLabel = "XID",
                description = "Everything up to the commit of this transaction, as pg_current_xact_id() shows it.")
        private @Nullable Long xid;

        RecoveryTarget target() {
            try {
                return at != null
                        ? new RecoveryTarget.Time(OffsetDateTime.parse(at).toInstant())
                        : lsn != null
                                ? new RecoveryTarget.Position(Lsn.parse(lsn))
                                : RecoveryTarget.Transaction.of(xid == null ? 0 : xid);
            } catch (DateTimeParseException e) {
                throw CommandException.usage("--at " + at + " is no time with offset; write 2026-11-26T10:15:00Z");
            } catch (IllegalArgumentException e) {
                throw CommandException.usage((lsn == null ? "--at-xid: " : "--at-lsn: ") + e.getMessage());
            }
        }
    }

    @Override
    void work(HoldfastConfig config) {
        RecoveryTarget asked = point.target();
        try (OfflineVault offline = open(config)) {
            OfflineWal wal = OfflineWal.open(offline.vault(), source, system);
            RecoveryPlan plan = plan(wal, asked);
            RecoveryTarget target = plan.target();
            output().note("base backup " + plan.base().id() + " and "
                    + plan.segments().size() + " WAL segments are" + " recovered to " + target + " on timeline "
                    + plan.timeline());
            tell(target, new Recovery(wal.bases(), wal.archive(), PostgresTools.find(null)).run(plan, into));
        }
    }

    private RecoveryPlan plan(OfflineWal wal, RecoveryTarget asked) {
        List<BaseBackup> bases = wal.backups();
        WalIndex index = wal.index();
        try {
            return RecoveryPlan.of(
                    bases, index, asked.located(wal.archive(), index, timeline), timeline, Instant.now());
        } catch (HoldfastException e) {
            String windows = WalWindows.of(bases, index).shown(asked).orElse(null);
            if (e.code() != FailureCode.POINT_NOT_COVERED || windows == null) {
                throw e;
            }
            throw HoldfastException.of(
                    e.code(), e.getMessage() + "; it can be recovered to any point from " + windows, e);
        }
    }

    private void tell(RecoveryTarget target, Recovery.Recovered recovered) {
        String start = recovered.programs().resolve("pg_ctl") + " -D " + recovered.directory() + " -l "
                + recovered.directory().resolve("server.log") + " start";
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("source", source);
        document.put("target", target.toString());
        document.put("directory", recovered.directory().toString());
        document.put("base", recovered.base());
        document.put("timeline", recovered.timeline());
        document.put("segments", recovered.segments());
        document.put(
                "lastTransaction",
                recovered.lastTransaction() == null
                        ? null
                        : recovered.lastTransaction().toString());
        document.put(
                "tablespaces",
                recovered.tablespaces().stream().map(Path::toString).toList());
        document.put("start", start);
        output().document(ServiceJson.tree(document));
        output().say("source \"" + source + "\" is recovered to " + target + " in " + recovered.directory()
                + ", on timeline " + recovered.timeline()
                + (recovered.lastTransaction() == null
                        ? ""
                        : "; the last transaction in it is of " + recovered.lastTransaction()));
        if (!recovered.tablespaces().isEmpty()) {
            output().say("its tablespaces are in "
                    + recovered.tablespaces().stream().map(Path::toString).collect(Collectors.joining(", "))
                    + "; to move one, change its symbolic link in pg_tblspc while the server is stopped");
        }
        output().say("start it as the owner of the directory: " + start);
    }
}
