package io.holdfast.engine.d1.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.read.D1Reading;
import io.holdfast.engine.d1.read.PageLimit;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.sqlite.SqliteFileRows;
import io.holdfast.engine.sqlite.SqliteReplica;
import io.holdfast.engine.support.RateLimit;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares a database in D1, read anew, with the file that it was loaded from: every definition, and every row of every table. */
final class ReadBack {
    private static final SnapshotOptions OPTIONS = SnapshotOptions.defaults().withApplicationName("holdfast/restore");

    private final TargetServer files;
    private final String staging;
    private final D1Client client;

    ReadBack(TargetServer files, String staging, D1Client client) {
        this.files = files;
        this.staging = staging;
        this.client = client;
    }

    /** Fails with SCHEMA_DIFFERS or ROWS_DIFFER. @return what was compared, by table */
    Map<String, Fingerprint> refuseDifferent(SqliteFileRows file) {
        List<SqliteReplica.Definition> there = D1Reading.definitions(client);
        Set<String> expected = shown(file.definitions());
        Set<String> actual = shown(there);
        Set<String> shadows = there.stream()
                .map(SqliteReplica.Definition::name)
                .filter(name -> !names(file.definitions()).contains(name))
                .collect(Collectors.toSet());
        actual.removeIf(definition -> shadows.stream().anyMatch(name -> definition.startsWith("table " + name + ": ")));
        if (!expected.equals(actual)) {
            expected.removeAll(actual);
            throw HoldfastException.of(
                    FailureCode.SCHEMA_DIFFERS,
                    client.shown() + ": its definitions are not those of the backup after loading: " + expected);
        }
        Map<String, Fingerprint> rows = staged();
        Map<String, Fingerprint> back = readBack();
        // what a search index consists of depends on how it came about; its rows are in a table of their own
        rows.keySet().removeIf(table -> D1Loader.derived(table) || ofIndex(table, shadows));
        back.keySet().retainAll(rows.keySet());
        if (!rows.equals(back)) {
            Set<String> different = new TreeSet<>(rows.keySet());
            different.removeIf(table -> Objects.equals(rows.get(table), back.get(table)));
            throw HoldfastException.of(
                    FailureCode.ROWS_DIFFER,
                    client.shown() + ": rows are not those of the backup after loading, in: " + different);
        }
        return back;
    }

    private static boolean ofIndex(String table, Set<String> shadows) {
        return shadows.contains(table) && !table.endsWith("_content");
    }

    private static Set<String> names(List<SqliteReplica.Definition> definitions) {
        return definitions.stream().map(SqliteReplica.Definition::name).collect(Collectors.toSet());
    }

    static Set<String> shown(List<SqliteReplica.Definition> definitions) {
        return definitions.stream()
                .filter(of -> !of.name().startsWith("sqlite_"))
                .map(of -> of.type() + " " + of.name() + ": " + of.sql())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Map<String, Fingerprint> staged() {
        try (TargetDatabase copy = files.open(staging, LoadOptions.defaults());
                Snapshot snapshot = copy.snapshot(OPTIONS)) {
            return fingerprints(snapshot);
        }
    }

    private Map<String, Fingerprint> readBack() {
        return rows(client);
    }

    /** By table, of a database in D1. */
    static Map<String, Fingerprint> rows(D1Client client) {
        PageLimit limit = new PageLimit(PageLimit.DEFAULT, new RateLimit(0, System::nanoTime));
        try (D1Reading reading = D1Reading.ofTarget(client, OPTIONS.scope(), limit, InstantSource.system())) {
            D1Reading.Result result = reading.read(false);
            try (SqliteReplica replica = result.replica();
                    Snapshot snapshot = replica.open(OPTIONS, result.at())) {
                return fingerprints(snapshot);
            }
        }
    }

    private static Map<String, Fingerprint> fingerprints(Snapshot snapshot) {
        Map<String, Fingerprint> all = new TreeMap<>();
        for (ReadTask task : snapshot.plan()) {
            for (TableReadResult read : snapshot.read(task, (buffer, offset, length, hash) -> {})) {
                all.merge(read.part().table().name().name(), read.fingerprint(), Fingerprint::plus);
            }
        }
        return all;
    }
}
