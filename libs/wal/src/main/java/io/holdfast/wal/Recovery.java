package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import io.holdfast.engine.scratch.DirectoryServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.vault.core.ParallelTasks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers a server into a new data directory: unpacks a base backup, fetches the WAL of the plan, lets PostgreSQL replay
 * it up to the target and promote, and stops it. Afterwards the directory starts as any other, on a new timeline.
 *
 * <p>The server runs without network, with {@code archive_mode = off}, and with none of the source's configuration files.
 * All WAL is fetched and authenticated before the server starts, so recovery does not depend on the vault any more, and
 * what it can replay is fixed. A recovery that fails leaves no data directory; of one whose process was killed, the
 * directory stays and is refused by the next recovery until it is removed.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final long SPARE = 256L << 20;
    private static final String NOT_REACHED = "recovery ended before configured recovery target was reached";
    private static final Pattern LAST_TRANSACTION =
            Pattern.compile("last completed transaction was at log time (\\S+ [0-9:.]+)");
    private static final Pattern NEW_TIMELINE = Pattern.compile("selected new timeline ID: (\\d+)");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Names in pg_controldata, and the settings that must not be lower than on the source. */
    private static final Map<String, String> CONTROLLED = Map.of(
            "max_connections setting", "max_connections",
            "max_worker_processes setting", "max_worker_processes",
            "max_wal_senders setting", "max_wal_senders",
            "max_prepared_xacts setting", "max_prepared_transactions",
            "max_locks_per_xact setting", "max_locks_per_transaction",
            "track_commit_timestamp setting", "track_commit_timestamp");

    private final BaseBackups bases;
    private final WalArchive archive;
    private final PostgresTools tools;

    public Recovery(BaseBackups bases, WalArchive archive, PostgresTools tools) {
        this.bases = bases;
        this.archive = archive;
        this.tools = tools;
    }

    /**
     * @param timeline on which the recovered server goes on
     * @param lastTransaction time of the last commit that was replayed; null if none was
     * @param programs directory of the server's programs that can start it
     * @param settings that a server of the directory must not have lower than the source, as {@code name=value}
     * @param tablespaces directories of the tablespaces, below the data directory; their names are OIDs
     */
    public record Recovered(
            Path directory,
            String base,
            int timeline,
            @Nullable Instant lastTransaction,
            int segments,
            Path programs,
            List<String> settings,
            List<Path> tablespaces) {
        public Recovered {
            settings = List.copyOf(settings);
            tablespaces = List.copyOf(tablespaces);
        }
    }

    /**
     * Checks that a recovery can begin: this machine has the server's programs, and room for the plan.
     *
     * @param parent parent of the directory of the recovered server
     * @throws HoldfastException TOOL_MISSING, TARGET_DISK_FULL by an estimate; POINT_NOT_COVERED as {@link #run}
     */
    public void check(RecoveryPlan plan, Path parent) {
        Path unused = programs(plan.base().serverMajor());
        refuseNewTablespaces(plan);
        try {
            requireRoom(plan, parent.resolve("data"));
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.RECOVERY_FAILED, "room in " + parent + " is unknown: " + e, e);
        }
    }

    /**
     * @param into a directory that does not exist, or is empty; its parent exists
     * @throws HoldfastException TARGET_EXISTS; TOOL_MISSING without the server's programs of this major version;
     *     TARGET_DISK_FULL by an estimate; WAL_MISSING; POINT_NOT_COVERED if a tablespace is created on the way;
     *     POINT_NOT_REACHED; RECOVERY_FAILED with the server's log
     */
    public Recovered run(RecoveryPlan plan, Path into) {
        Path directory = into.toAbsolutePath().normalize();
        Path programs = programs(plan.base().serverMajor());
        refuseNewTablespaces(plan);
        Path wal = directory.resolveSibling(directory.getFileName() + ".wal");
        boolean done = false;
        try {
            requireRoom(plan, directory);
            create(directory);
            try {
                create(wal);
                bases.unpack(plan.base(), directory);
                fetch(plan, wal);
                Map<SegmentName, List<NewTablespace>> fetched = tablespaces(plan, wal);
                NewTablespace.refuse(plan, entry -> fetched.getOrDefault(entry.name(), List.of()));
                Recovered recovered = replay(plan, directory, wal, programs);
                settle(directory);
                done = true;
                return recovered;
            } finally {
                ProcessTempDirectory.delete(wal);
                if (!done) {
                    ProcessTempDirectory.delete(directory);
                }
            }
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.RECOVERY_FAILED, "recovery into " + directory + " failed: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "recovery into " + directory + " was cancelled", e);
        }
    }

    private Path programs(int major) {
        return tools.serverDirectory(major)
                .filter(directory -> PostgresTools.major(directory.resolve("postgres")) == major)
                .orElseThrow(() -> HoldfastException.about(
                        "postgres",
                        FailureCode.TOOL_MISSING,
                        "the base backup is of PostgreSQL " + major
                                + ", and the server's programs of exactly this major"
                                + " version are not on this machine; install them (Debian: apt install postgresql-"
                                + major + ")"));
    }

    private static void requireRoom(RecoveryPlan plan, Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "the parent directory of " + directory + " does not exist; create it");
        }
        long segment = plan.base().segmentSize();
        // the segments are there twice for a moment, as fetched and as restored
        long needed = plan.base().bytes() + plan.segments().size() * segment + 4 * segment + SPARE;
        long free = Files.getFileStore(parent).getUsableSpace();
        if (free < needed) {
            throw HoldfastException.of(
                    FailureCode.TARGET_DISK_FULL,
                    "recovery into " + directory + " needs about " + needed + " bytes, and " + free
                            + " are free; free space, or recover into another file system");
        }
    }

    private static void create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (var children = Files.list(directory)) {
                if (children.findAny().isPresent()) {
                    throw exists(directory);
                }
            }
            Files.delete(directory);
        }
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            throw exists(directory);
        }
    }

    private static HoldfastException exists(Path directory) {
        return HoldfastException.of(
                FailureCode.TARGET_EXISTS,
                directory + " exists and is not empty; name a new directory, or remove this one");
    }

    private void fetch(RecoveryPlan plan, Path wal) {
        ParallelTasks.each(plan.segments(), 4, "fetching WAL", entry -> fetch(entry, plan, wal));
        // also of later timelines: the promoted server must choose a number that the archive does not have
        for (int timeline : archive.histories()) {
            Optional<byte[]> history = archive.history(timeline);
            if (history.isPresent()) {
                write(wal.resolve(TimelineHistory.name(timeline)), history.get());
            }
        }
    }

    /** The written part of a running segment is offered as the segment. */
    private void fetch(SegmentEntry entry, RecoveryPlan plan, Path wal) {
        byte[] content = archive.segment(entry.name())
                .or(() -> archive.partial(entry.name()))
                .orElseThrow(() -> HoldfastException.about(
                        entry.name().toString(),
                        FailureCode.WAL_MISSING,
                        "WAL segment " + entry.name() + ", needed for " + plan.target() + ", is missing in "
                                + archive.describe() + "; choose a point in time before it"));
        write(wal.resolve(entry.name().toString()), content);
    }

    private static void refuseNewTablespaces(RecoveryPlan plan) {
        NewTablespace.refuse(plan, entry -> Objects.requireNonNullElse(entry.tablespaces(), List.of()));
    }

    /**
     * Those in the WAL that was fetched. A segment that was not complete may have grown since the plan was made, and entries
     * of earlier versions of Holdfast do not tell: these are read.
     */
    private static Map<SegmentName, List<NewTablespace>> tablespaces(RecoveryPlan plan, Path wal) throws IOException {
        Map<SegmentName, List<NewTablespace>> found = new HashMap<>();
        byte[] carry = null;
        for (SegmentEntry entry : plan.segments()) {
            if (entry.complete() && entry.tablespaces() != null) {
                found.put(entry.name(), entry.tablespaces());
                carry = entry.carried();
            } else {
                byte[] content = Files.readAllBytes(wal.resolve(entry.name().toString()));
                WalScanner.Scan scan = WalScanner.scan(entry.name(), content, carry);
                found.put(entry.name(), scan.tablespaces());
                carry = scan.carry();
            }
        }
        return found;
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.TARGET_DISK_FULL, file + " cannot be written: " + e, e);
        }
    }

    private Recovered replay(RecoveryPlan plan, Path directory, Path wal, Path programs)
            throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("pg_wal").resolve("archive_status"));
        Files.writeString(directory.resolve("recovery.signal"), "");
        List<String> controlled = controlled(programs, directory);
        List<String> settings = new ArrayList<>(controlled);
        settings.add("hot_standby=off");
        settings.add("timezone=UTC");
        settings.add("restore_command=cp " + quoted(wal) + "/%f \"%p\"");
        settings.add("recovery_target_timeline=" + plan.timeline());
        settings.add("recovery_target_action=promote");
        settings.add("recovery_target_inclusive=true");
        settings.add("recovery_end_command=");
        settings.add("archive_cleanup_command=");
        for (String target : List.of("", "_time", "_lsn", "_xid", "_name")) {
            settings.add("recovery_target" + target + "=");
        }
        List<String> log = run(programs, directory, wal, with(settings, plan));
        if (!isReady(log) && log.stream().anyMatch(line -> line.contains(NOT_REACHED))) {
            refuseNotReached(plan);
            // nothing after the target can be replayed: the state is that of the target
            log = run(programs, directory, wal, settings);
        }
        if (!isReady(log)) {
            throw HoldfastException.of(
                    FailureCode.RECOVERY_FAILED,
                    "PostgreSQL could not recover base backup " + plan.base().id() + " to " + plan.target() + ": "
                            + errors(log));
        }
        return new Recovered(
                directory,
                plan.base().id(),
                found(NEW_TIMELINE, log).map(Integer::parseInt).orElse(plan.timeline()),
                found(LAST_TRANSACTION, log)
                        .map(text -> Instant.parse(text.replace(' ', 'T') + "Z"))
                        .orElse(null),
                plan.segments().size(),
                programs,
                controlled,
                plan.base().pieces().tablespaces().stream()
                        .map(directory.resolve(BaseUnpacker.TABLESPACES)::resolve)
                        .toList());
    }

    /** The target is always given: WAL that was archived after the plan may hold later commits. */
    private static List<String> with(List<String> settings, RecoveryPlan plan) {
        List<String> all = new ArrayList<>(settings);
        all.add(
                switch (plan.target()) {
                    case RecoveryTarget.Time time -> "recovery_target_time=" + TIME.format(time.instant()) + "+00";
                    case RecoveryTarget.Position position -> {
                        all.add("recovery_target_inclusive=" + position.inclusive());
                        yield "recovery_target_lsn=" + position.lsn();
                    }
                    case RecoveryTarget.Transaction transaction -> "recovery_target_xid=" + transaction.id();
                });
        return all;
    }

    /** Of a time, the index has a later commit that the server did not find: that WAL is lost, and not the target too late. */
    private static void refuseNotReached(RecoveryPlan plan) {
        switch (plan.target()) {
            case RecoveryTarget.Time time -> {
                if (!plan.toTheEnd()) {
                    throw HoldfastException.of(
                            FailureCode.WAL_MISSING,
                            "recovery to " + time + " ended before it, although WAL segment "
                                    + plan.segments().getLast().name()
                                    + " has later commits: WAL between them is damaged; choose an earlier point in time");
                }
                LOG.debug("no commit follows {}", plan.target());
            }
            case RecoveryTarget.Transaction transaction ->
                throw HoldfastException.of(
                        FailureCode.POINT_NOT_REACHED,
                        transaction + " was not met between base backup "
                                + plan.base().id() + " and the end of the archived WAL; choose another target");
            case RecoveryTarget.Position unused -> LOG.debug("no record begins at or after {}", plan.target());
        }
    }

    private static List<String> run(Path programs, Path directory, Path wal, List<String> settings)
            throws IOException, InterruptedException {
        try (DirectoryServer server = DirectoryServer.start(programs, directory, List.of(wal), settings)) {
            boolean unused = server.awaitReady();
            return server.log();
        }
    }

    private static boolean isReady(List<String> log) {
        return log.stream().anyMatch(line -> line.contains("database system is ready to accept connections"));
    }

    private static String errors(List<String> log) {
        List<String> errors = log.stream()
                .filter(line -> line.startsWith("FATAL:") || line.startsWith("PANIC:") || line.startsWith("ERROR:"))
                .toList();
        List<String> shown = errors.isEmpty() ? log : errors;
        return String.join(" | ", shown.subList(Math.max(0, shown.size() - 5), shown.size()));
    }

    private static Optional<String> found(Pattern pattern, List<String> log) {
        return log.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .reduce((one, later) -> later);
    }

    /** What the source had of settings that its WAL depends on. */
    private static List<String> controlled(Path programs, Path directory) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ToolProcess.Ended ended = new ToolProcess(
                        programs.resolve("pg_controldata"),
                        List.of(directory.toString()),
                        null,
                        PasswordSupplier.none(),
                        "holdfast")
                .run(out);
        if (ended.exit() != 0) {
            throw HoldfastException.of(FailureCode.RECOVERY_FAILED, "pg_controldata: " + ended.errors());
        }
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && CONTROLLED.containsKey(parts[0].strip()))
                .map(parts -> CONTROLLED.get(parts[0].strip()) + "=" + parts[1].strip())
                .collect(Collectors.toList());
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("%", "%%").replace("'", "'\\''") + "'";
    }

    /** The recovered server never archives to where the source does; and it starts where the source kept its files elsewhere. */
    private static void settle(Path directory) throws IOException {
        Files.writeString(
                directory.resolve("postgresql.auto.conf"), """

                # set by Holdfast: a recovered copy does not archive to the archive of its source
                archive_mode = 'off'
                primary_conninfo = ''
                primary_slot_name = ''
                synchronous_standby_names = ''
                """, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        for (String file : List.of("postgresql.conf", "pg_ident.conf")) {
            if (!Files.exists(directory.resolve(file))) {
                Files.writeString(
                        directory.resolve(file), "# created by Holdfast: the source kept this file elsewhere\n");
            }
        }
        if (!Files.exists(directory.resolve("pg_hba.conf"))) {
            Files.writeString(
                    directory.resolve("pg_hba.conf"),
                    "# created by Holdfast: the source kept this file elsewhere\nlocal all all peer\n");
        }
    }
}
