package io.holdfast.restore.targets;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.Engine;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.pointintime.PointInTimeCopies;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbound.OutboundPolicy;
import io.holdfast.restore.domain.DatabasePlaces;
import io.holdfast.supabase.SupabaseProject;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import io.holdfast.transfer.compare.LiveSchemaComparator;
import io.holdfast.vault.read.BackupReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The servers that databases are restored to, and the live databases on them: those of the configured sources. */
@ApplicationScoped
public class TargetRegistry implements DatabasePlaces, LiveProjects {
    private final LiveConfig live;
    private final OutboundPolicy outbound;
    private final InstantSource clock;

    TargetRegistry(LiveConfig live, OutboundPolicy outbound, InstantSource clock) {
        this.live = live;
        this.outbound = outbound;
        this.clock = clock;
    }

    /**
     * To be closed.
     *
     * @throws HoldfastException SOURCE_UNKNOWN; REQUEST_FORBIDDEN if the server is no permitted destination
     */
    public TargetServer of(String server) {
        SourceConnector access = access(server).restoring();
        access.server().ifPresent(address -> outbound.checkDatabase(address.host(), address.port(), null));
        return access.database(folders()).target();
    }

    /** The name of the source's database on its server. Fails with SOURCE_UNKNOWN. */
    public String database(String source) {
        return access(source).databaseName();
    }

    @Override
    public String place(String source) {
        return configured(source)
                .map(config -> new SourceConnector(source, config))
                .map(access -> access.fileTargets().map(Path::toString).orElseGet(access::place))
                .orElse("unknown");
    }

    public Set<String> sources() {
        return live.current().sources().keySet();
    }

    /**
     * The source's own database, to be written into. To be closed.
     *
     * @throws HoldfastException SOURCE_UNKNOWN; REQUEST_FORBIDDEN if it is the platform's own, or on no permitted server
     */
    public LiveDatabase live(String source) {
        SourceConnector access = access(source).restoring();
        access.server()
                .ifPresent(address -> outbound.checkDatabase(address.host(), address.port(), address.database()));
        return access.database(folders()).live(config(source).limits().lockTimeout());
    }

    /**
     * The source's own database, to be overwritten as a whole. To be closed.
     *
     * @throws HoldfastException SOURCE_UNKNOWN; SOURCE_UNSUPPORTED if the source has another engine by now; REQUEST_FORBIDDEN
     */
    public OverwritableDatabase overwritable(String source) {
        SourceConnector access = access(source).restoring();
        access.api().ifPresent(this::checkApi);
        return access.database(folders())
                .overwritable()
                .orElseThrow(() -> HoldfastException.about(
                        source,
                        FailureCode.SOURCE_UNSUPPORTED,
                        "source \"" + source + "\" is no D1 database any more; correct its configuration"));
    }

    /**
     * Copies of earlier states, which the provider of the source's server makes; empty for a source without a provider.
     *
     * @throws HoldfastException SOURCE_UNKNOWN; REQUEST_FORBIDDEN if the provider's API is no permitted destination
     */
    public Optional<PointInTimeCopies> copies(SourceRef source) {
        SourceConnector access = access(source.name());
        access.copiesApi().ifPresent(this::checkApi);
        return access.copies(source.id(), clock);
    }

    /** A copy, to be read. Fails with REQUEST_FORBIDDEN if its server is no permitted destination. */
    public SourceDatabase copied(String source, PointInTimeCopy copy) {
        outbound.checkDatabase(copy.address().host(), copy.address().port(), null);
        return access(source).copied(copy);
    }

    @Override
    public LiveProject project(String source) {
        SourceConfig configured = config(source);
        SourceConnector access = new SourceConnector(source, configured).restoring();
        SupabaseProject project = access.supabase()
                .orElseThrow(() -> HoldfastException.about(
                        source,
                        FailureCode.SOURCE_UNSUPPORTED,
                        "source \"" + source + "\" has no Supabase project any more; correct its configuration"));
        configured.supabase().map(SourceConfig.Supabase::endpoint).ifPresent(this::checkApi);
        access.server()
                .ifPresent(address -> outbound.checkDatabase(address.host(), address.port(), address.database()));
        if (!access.supabaseProject().equals(Optional.of(project.reference()))) {
            throw HoldfastException.about(
                    source,
                    FailureCode.CONFIG_INVALID,
                    "source \"" + source + "\": its url or restore.url is not that of supabase.project "
                            + project.reference() + "; correct the one or the other");
        }
        DatabaseAddress address = access.physical();
        return new ConfiguredProject(project, access.rewindTarget(), address.user() + "@" + address.shown());
    }

    /** The source's own database, whose provider takes its server back. Fails as {@link #live}. */
    public RewindTarget rewindTarget(String source) {
        SourceConnector access = access(source).restoring();
        access.server()
                .ifPresent(address -> outbound.checkDatabase(address.host(), address.port(), address.database()));
        return access.rewindTarget();
    }

    @Override
    public Optional<String> reference(String source) {
        return configured(source).flatMap(config -> new SourceConnector(source, config).supabaseProject());
    }

    @Override
    public Set<String> together(String source) {
        Set<String> together = new TreeSet<>(Set.of(source));
        configured(source)
                .map(config -> new SourceConnector(source, config))
                .ifPresent(own -> live.current().sources().forEach((name, other) -> {
                    if (own.sharesServer(new SourceConnector(name, other))) {
                        together.add(name);
                    }
                }));
        return together;
    }

    private void checkApi(URI api) {
        int standard = "http".equals(api.getScheme()) ? 80 : 443;
        outbound.checkDatabase(api.getHost(), api.getPort() < 0 ? standard : api.getPort(), null);
    }

    /** How its schema differs from the backup's, in words. */
    public List<String> schemaDifferences(String source, BackupReader backup) {
        SourceConnector access = access(source);
        return LiveSchemaComparator.differences(
                backup, access.database(folders()), access.options("holdfast/restore", blocked -> {}));
    }

    public Engine engine(String server) {
        return access(server).database(folders()).engine();
    }

    /** Fails with SOURCE_UNKNOWN. */
    public SourceConfig config(String source) {
        SourceConfig found = live.current().sources().get(source);
        if (found == null) {
            throw HoldfastException.about(
                    source,
                    FailureCode.SOURCE_UNKNOWN,
                    "source \"" + source + "\" is not configured any more; add it below holdfast.sources again");
        }
        return found;
    }

    public Optional<SourceConfig> configured(String source) {
        return Optional.ofNullable(live.current().sources().get(source));
    }

    private SqliteFolders folders() {
        return SqliteFolders.of(live.current());
    }

    private SourceConnector access(String source) {
        return new SourceConnector(source, config(source));
    }
}
