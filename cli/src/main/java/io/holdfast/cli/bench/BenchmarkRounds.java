package io.holdfast.cli.bench;

import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.vault.format.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything once a round, ours and theirs in turn, so that whatever slows the machine slows both. */
final class BenchmarkRounds {
    private static final String COPY = "bench_copy";

    /** That warm up. */
    private static final int RESTORES = 3;

    final BenchmarkSamples samples = new BenchmarkSamples();
    final Sizes sizes = new Sizes();
    private final BenchmarkEnvironment benchmarkEnvironment;
    private final CpuTime cpu;
    private final BenchDatabase databases;
    private final PostgresToolTasks postgresToolTasks;
    private final HoldfastTasks holdfastTasks;
    private final @Nullable PeerTasks peerTasks;
    private final List<BenchDatabase.Relation> relations;
    private final DatabaseAddress target;
    private final PasswordSupplier login;
    private final CommandOutput output;

    /**
     * Creates the rounds.
     *
     * @param databases of the server that copies are restored to
     * @param peerTasks null if peers are not measured
     */
    BenchmarkRounds(
            BenchmarkEnvironment benchmarkEnvironment,
            BenchDatabase databases,
            PostgresToolTasks postgresToolTasks,
            HoldfastTasks holdfastTasks,
            @Nullable PeerTasks peerTasks,
            List<BenchDatabase.Relation> relations,
            DatabaseAddress target,
            PasswordSupplier login,
            CommandOutput output) {
        this.benchmarkEnvironment = benchmarkEnvironment;
        this.cpu = benchmarkEnvironment.cpu();
        this.databases = databases;
        this.postgresToolTasks = postgresToolTasks;
        this.holdfastTasks = holdfastTasks;
        this.peerTasks = peerTasks;
        this.relations = relations;
        this.target = target;
        this.login = login;
        this.output = output;
    }

    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    void run(int number) throws Exception {
        output.note("round " + number + (number == 0 ? ", cold: counts in no median" : ""));
        time(BenchmarkTask.RAW_READ, () -> postgresToolTasks.rawRead(relations));
        time(BenchmarkTask.DUMP_CUSTOM, () -> sizes.custom = postgresToolTasks.dumpCustom());
        try (BenchmarkEnvironment.Fresh fresh = benchmarkEnvironment.freshVault()) {
            time(BenchmarkTask.BACKUP, () -> sizes.first = holdfastTasks.backUp(fresh.vault()));
            if (ProcessRunner.installed("zstd")) {
                time(BenchmarkTask.DUMP_ZSTD, () -> sizes.zstd = postgresToolTasks.dumpZstd());
            }
            time(BenchmarkTask.BACKUP_AGAIN, () -> sizes.second = holdfastTasks.backUp(fresh.vault()));
            time(BenchmarkTask.DUMP_DIRECTORY, () -> sizes.directory = postgresToolTasks.dumpDirectory());
            if (peerTasks != null) {
                peers(peerTasks);
            }
            Manifest backup = sizes.first();
            time(BenchmarkTask.CHECK, () -> holdfastTasks.check(fresh.vault(), backup));
            time(BenchmarkTask.READ_ALL, () -> holdfastTasks.read(fresh.vault(), backup, Set.of()));
            time(BenchmarkTask.READ_ONE, () -> holdfastTasks.read(fresh.vault(), backup, Set.of(sizes.oneSmall())));
            copied(() -> time(BenchmarkTask.PG_RESTORE, () -> {
                databases.create(COPY);
                postgresToolTasks.restore(target.withDatabase(COPY));
            }));
            copied(() -> time(
                    BenchmarkTask.RESTORE, () -> holdfastTasks.restore(fresh.vault(), backup, target, login, COPY)));
            time(BenchmarkTask.PROOF, () -> holdfastTasks.prove(fresh.vault(), backup, benchmarkEnvironment.folder()));
        }
    }

    private void peers(PeerTasks peers) throws Exception {
        sizes.server = databases.serverBytes();
        peers.begin();
        if (PeerTasks.hasBackRest()) {
            time(BenchmarkTask.BACK_REST_FULL, () -> peers.backRest("full"));
            sizes.backRestFull = peers.backRestBytes();
            time(BenchmarkTask.BACK_REST_INCREMENT, () -> peers.backRest("incr"));
            sizes.backRestIncrement = peers.backRestBytes() - sizes.backRestFull;
        }
        if (PeerTasks.hasRestic()) {
            time(BenchmarkTask.RESTIC_FIRST, peers::restic);
            sizes.resticFirst = peers.resticBytes();
            time(BenchmarkTask.RESTIC_AGAIN, peers::restic);
            sizes.resticAgain = peers.resticBytes() - sizes.resticFirst;
        }
    }

    /**
     * What a process does seldom it does uncompiled; a service that moves data has done it before. Each backup is followed
     * by one in which nothing changed and by a check, the first ones by a restore too, which is mostly the server's work.
     */
    void warmUp(int backups) throws Exception {
        for (int i = 1; i <= backups; i++) {
            output.note("warming up, " + i + " of " + backups);
            try (BenchmarkEnvironment.Fresh fresh = benchmarkEnvironment.freshVault()) {
                Manifest backup = holdfastTasks.backUp(fresh.vault());
                Manifest unused = holdfastTasks.backUp(fresh.vault());
                holdfastTasks.check(fresh.vault(), backup);
                if (i <= RESTORES) {
                    copied(() -> holdfastTasks.restore(fresh.vault(), backup, target, login, COPY));
                }
            }
        }
    }

    private void copied(Task task) throws Exception {
        try {
            task.run();
        } finally {
            databases.drop(COPY);
        }
    }

    private void time(BenchmarkTask benchmarkTask, Task task) throws Exception {
        double before = cpu.seconds();
        long begun = System.nanoTime();
        task.run();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        samples.add(benchmarkTask, took, cpu.seconds() - before);
        output.note("  " + benchmarkTask + ": " + HumanFormat.duration(took));
    }

    /** Bytes that were stored, of the last round. */
    static final class Sizes {
        long custom;
        long zstd;
        long directory;
        long server;
        long backRestFull;
        long backRestIncrement;
        long resticFirst;
        long resticAgain;

        @Nullable
        Manifest first;

        @Nullable
        Manifest second;

        Manifest first() {
            return there(first);
        }

        Manifest second() {
            return there(second);
        }

        /** The smallest table that has rows. */
        String oneSmall() {
            return first().contents().tables().stream()
                    .filter(table -> table.rows() > 0)
                    .min((one, other) -> Long.compare(one.bytes(), other.bytes()))
                    .map(table -> table.name().toString())
                    .orElseThrow();
        }

        private static Manifest there(@Nullable Manifest manifest) {
            if (manifest == null) {
                throw new IllegalStateException("nothing was backed up yet");
            }
            return manifest;
        }
    }
}
