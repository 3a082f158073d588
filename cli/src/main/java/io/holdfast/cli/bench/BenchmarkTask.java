package io.holdfast.cli.bench;

/** What is timed, in the words of the report. */
enum BenchmarkTask {
    RAW_READ("psql COPY to nowhere, one per reader"),
    DUMP_CUSTOM("pg_dump -Fc"),
    DUMP_ZSTD("pg_dump -Fc -Z0 | zstd -3 -T0"),
    DUMP_DIRECTORY("pg_dump -Fd -j -Z1"),
    BACK_REST_FULL("pgbackrest, full backup of the server"),
    BACK_REST_INCREMENT("pgbackrest, incremental backup, nothing changed"),
    RESTIC_FIRST("pg_dump | restic backup"),
    RESTIC_AGAIN("pg_dump | restic backup, nothing changed"),
    BACKUP("holdfast: full backup"),
    BACKUP_AGAIN("holdfast: second backup, nothing changed"),
    CHECK("holdfast: integrity check, every byte"),
    PG_RESTORE("pg_restore -j of the -Fd dump, vacuumdb -Z -j"),
    RESTORE("holdfast: full restore"),
    PROOF("holdfast: proof, restored to a new cluster and compared"),
    READ_ALL("holdfast: all tables read from the vault"),
    READ_ONE("holdfast: one table of the small ones read from the vault");

    private final String words;

    BenchmarkTask(String words) {
        this.words = words;
    }

    boolean ours() {
        return words.startsWith("holdfast");
    }

    @Override
    public String toString() {
        return words;
    }
}
