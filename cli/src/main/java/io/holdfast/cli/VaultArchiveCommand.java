package io.holdfast.cli;

import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.vault.Vault;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalArchiver;
import io.holdfast.wal.WalRetention;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "archive",
        description = {
            "Archives the WAL of a configured PostgreSQL server in the vault, until it is stopped, or takes a base backup"
                    + " with --base. Together they allow recovery to any point in time: ./holdfast vault windows."
        },
        footer = {
            "",
            "The source's user needs REPLICATION. The spool holds WAL that the server no longer keeps and that the vault does"
                    + " not have yet: put it on a disk that survives a crash.",
            "Run it as a service of your system. One that is killed continues where it was.",
            "",
            "Examples:",
            "  ./holdfast vault archive portal --spool /var/spool/holdfast/portal",
            "  ./holdfast vault archive portal --base --keep 7 --json"
        })
final class VaultArchiveCommand extends OfflineCommand {
    private static final long MIB = 1L << 20;

    private static final InstantSource CLOCK = InstantSource.system();

    @Parameters(
            paramLabel = "SOURCE",
            description = "The source's name in holdfast.yaml; the vault has a backup of it.")
    private String source;

    @Option(names = "--base", description = "Take one base backup, and end.")
    private boolean base;

    @Option(
            names = "--keep",
            paramLabel = "DAYS",
            description = "With --base: afterwards remove base backups and WAL that no instant of these days needs.")
    private @Nullable Integer keep;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            description = "The directory of WAL that is on its way to the vault.")
    private @Nullable Path spool;

    @Option(
            names = "--spool-limit",
            paramLabel = "MIB",
            defaultValue = "4096",
            description = "At this size receiving pauses, and the server keeps its WAL. Default: ${DEFAULT-VALUE}.")
    private long spoolLimit = 4096;

    @Option(
            names = "--slot",
            paramLabel = "NAME",
            description = "The replication slot, created if it is missing. Default: holdfast_ and the source's name.")
    private @Nullable String slot;

    @Option(
            names = "--ship",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How often the running segment is stored. Default: ${DEFAULT-VALUE}.")
    private long ship = 60;

    @Override
    void work(HoldfastConfig config) {
        SourceConfig configured = config.sources().get(source);
        if (configured == null) {
            throw CommandException.failed("source \"" + source + "\" is not in holdfast.yaml");
        }
        SourceConnector connector = new SourceConnector(source, configured);
        WalServer server = new WalServer(connector.physical(), connector.credentials());
        try (OfflineVault offline = open(config)) {
            WalServer.State state = server.state();
            SourceId id = known(offline.vault());
            if (base) {
                takeBase(offline.vault(), id, connector, server, state);
            } else {
                archive(offline.vault(), id, connector, state);
            }
        }
    }

    /** The id that backups of the source have: a service may archive it later. */
    private SourceId known(Vault vault) {
        return OfflineWal.find(vault, source)
                .orElseThrow(() -> CommandException.failed("source \"" + source + "\" is not in vault "
                        + vault.describe() + "; take one backup of it first: ./holdfast backup " + source));
    }

    private void takeBase(
            Vault vault, SourceId id, SourceConnector connector, WalServer server, WalServer.State state) {
        BaseBackup taken = new BaseBackups(vault, id)
                .take(
                        PostgresTools.find(null),
                        BaseBackups.Server.of(connector.physical(), connector.credentials(), server, state),
                        state.systemIdentifier());
        BaseBackups bases = new BaseBackups(vault, id);
        if (keep != null) {
            WalArchive archive = WalArchive.of(vault, id, state.systemIdentifier());
            WalRetention gone = WalRetention.of(
                    bases.list(state.systemIdentifier()), archive.index(), Duration.ofDays(keep), CLOCK.instant());
            gone.apply(bases, archive);
            output().note(gone.bases().size() + " base backups and "
                    + gone.segments().size() + " WAL segments are older than " + keep + " days, and were removed");
        }
        output().document(ServiceJson.tree(taken));
        output().say("base backup " + taken.id() + " of source \"" + source + "\": " + taken.files()
                + " files, equal to PostgreSQL's manifest; " + taken.bytes() + " bytes, of which the vault had "
                + taken.pieces().reusedBytes() + " already; it is usable when the WAL up to " + taken.end()
                + " is archived");
        int unused = bases.sweep(state.systemIdentifier());
    }

    private void archive(Vault vault, SourceId id, SourceConnector connector, WalServer.State state) {
        if (spool == null) {
            throw CommandException.usage("--spool names the directory of WAL on its way to the vault");
        }
        if (state.keepMebibytes() < 0) {
            output().note(
                            "max_slot_wal_keep_size is not set: while WAL cannot be archived, the server keeps it until its"
                                    + " disk is full");
        }
        WalArchiver archiver = new WalArchiver(
                new WalArchiver.Options(
                        connector.physical(),
                        connector.credentials(),
                        PostgresTools.find(null),
                        state.major(),
                        slot == null ? "holdfast_" + source.replaceAll("[^a-z0-9_]", "_") : slot,
                        spool,
                        spoolLimit * MIB,
                        Duration.ofSeconds(ship)),
                WalArchive.of(vault, id, state.systemIdentifier()),
                CLOCK);
        Runtime.getRuntime().addShutdownHook(new Thread(archiver::close, "wal-archiver-stop"));
        output().note("the WAL of source \"" + source + "\" is archived until this process is stopped");
        archiver.run();
    }
}
