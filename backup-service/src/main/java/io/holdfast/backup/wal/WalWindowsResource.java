package io.holdfast.backup.wal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.supabase.SupabaseProject;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.vault.Vault;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.ComparedRows;
import io.holdfast.wal.RecoveryProof;
import io.holdfast.wal.RecoveryProofs;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalHole;
import io.holdfast.wal.WalWindows;
import io.holdfast.wal.Window;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The instants to which a source can be restored, over REST. */
@Path("/api/sources/{name}")
@Tag(name = "Sources")
class WalWindowsResource {
    private final SourceRegistry sources;
    private final PinnedVault vaults;
    private final WalArchiveTable table;
    private final Caller caller;
    private final InstantSource clock;

    WalWindowsResource(
            SourceRegistry sources, PinnedVault vaults, WalArchiveTable table, Caller caller, InstantSource clock) {
        this.sources = sources;
        this.vaults = vaults;
        this.table = table;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("windows")
    @Operation(
            summary = "The points in time to which a PostgreSQL source can be restored",
            description =
                    "Read from the vault: from the end of a base backup to the last archived commit, without a hole"
                            + " in the WAL between them. Times are those of commits, by the server's clock. Of a database"
                            + " of Neon, Amazon RDS or Supabase: the history that its provider keeps.")
    public Uni<WindowsView> windows(@PathParam("name") String name) {
        caller.access().requireVisible(name);
        SourceId id =
                sources.idOf(name).orElseGet(() -> sources.named(name).ref().id());
        return WorkerThreadCall.call(() -> view(name, id));
    }

    private WindowsView view(String name, SourceId id) {
        Vault vault = vaults.open();
        List<ServerView> servers = WalArchive.systems(vault, id).stream()
                .map(system -> server(vault, id, system))
                .toList();
        ArchiveView archive = sources.configured(id)
                .flatMap(WalSettings::of)
                .flatMap(wal -> table.of(id))
                .map(ArchiveView::of)
                .orElse(null);
        return new WindowsView(id, name, archive, history(name, id), servers);
    }

    /** A provider that does not answer does not hide the windows in the vault. */
    private @Nullable HistoryView history(String name, SourceId id) {
        SourceConfig config =
                sources.configured(id).map(ProtectedSource::config).orElse(null);
        if (config == null) {
            return null;
        }
        SourceConnector access = new SourceConnector(name, config);
        return access.supabase()
                .map(project -> history(SupabaseProject.PROVIDER, project::window))
                .or(() -> access.copies(id, clock).map(copies -> history(copies.provider(), copies::window)))
                .orElse(null);
    }

    private static HistoryView history(String provider, Supplier<PointInTimeWindow> kept) {
        try {
            PointInTimeWindow window = kept.get();
            return new HistoryView(provider, window.from(), window.to(), null);
        } catch (HoldfastException e) {
            return new HistoryView(provider, null, null, e.getMessage());
        }
    }

    private static ServerView server(Vault vault, SourceId id, String system) {
        WalWindows found = WalWindows.of(
                new BaseBackups(vault, id).list(system),
                WalArchive.of(vault, id, system).index());
        return new ServerView(
                system,
                found.windows().stream().map(WindowView::of).toList(),
                found.holes().stream().map(HoleView::of).toList(),
                RecoveryProofs.of(vault, id, system).list().stream()
                        .map(ProofView::of)
                        .toList());
    }

    /**
     * @param archive absent: the WAL of the source is not archived now
     * @param history absent: the provider of the source's server is not configured
     * @param servers empty: the vault has no WAL of the source
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WindowsView(
            SourceId id,
            String name,
            @Nullable ArchiveView archive,
            @Nullable HistoryView history,
            List<ServerView> servers) {}

    /**
     * What the provider of the source's server keeps.
     *
     * @param failure why the window is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HistoryView(
            String provider,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String failure) {}

    /**
     * The latest state of the archiver.
     *
     * @param archivedAt when the vault last had all WAL that the connected receiver got
     * @param slotLagBytes of WAL that the server keeps for the slot
     * @param failure why nothing is received or stored
     * @param baseFailure why the last base backup failed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ArchiveView(
            String slot,
            @Nullable Instant archivedAt,
            @Nullable String archivedTo,
            long slotLagBytes,
            long spoolBytes,
            @Nullable String failure,
            @Nullable String baseFailure) {
        static ArchiveView of(WalArchiveRow row) {
            return new ArchiveView(
                    row.slot(),
                    row.shippedAt(),
                    row.shippedLsn(),
                    row.slotLag(),
                    row.spoolBytes(),
                    row.failure(),
                    row.baseFailure());
        }
    }

    /**
     * @param system the server's system identifier: a cluster that is initialised again has another archive
     * @param proofs the latest of each base backup and the latest of an instant, the oldest first
     */
    record ServerView(String system, List<WindowView> windows, List<HoleView> holes, List<ProofView> proofs) {}

    /**
     * A recovery in scratch.
     *
     * @param instant to which the server was recovered; absent: to the end of the base backup
     * @param reason why it is not proven
     * @param amcheck whether pg_amcheck checked tables and indexes
     * @param rows the comparison with a backup of the same position; absent: no rows were compared
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ProofView(
            String base,
            @Nullable Instant instant,
            Instant at,
            RecoveryProof.Outcome outcome,
            @Nullable String reason,
            int databases,
            boolean amcheck,
            long millis,
            @Nullable ComparedRows rows) {
        static ProofView of(RecoveryProof proof) {
            return new ProofView(
                    proof.base(),
                    proof.instant(),
                    proof.at(),
                    proof.outcome(),
                    proof.reason(),
                    proof.databases(),
                    proof.amcheck(),
                    proof.millis(),
                    proof.rows());
        }
    }

    record WindowView(int timeline, Instant from, Instant to, String fromLsn, String toLsn, int bases) {
        static WindowView of(Window window) {
            return new WindowView(
                    window.timeline(),
                    window.from(),
                    window.to(),
                    window.first().toString(),
                    window.last().toString(),
                    window.bases().size());
        }
    }

    /**
     * WAL that is missing or damaged.
     *
     * @param after time of the last commit before it
     * @param until time of the first commit after it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HoleView(
            int timeline,
            String segment,
            long segments,
            @Nullable Instant after,
            @Nullable Instant until) {
        static HoleView of(WalHole hole) {
            return new HoleView(hole.timeline(), hole.first().toString(), hole.segments(), hole.after(), hole.until());
        }
    }
}
