package io.holdfast.testsupport.engine;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A backup held in memory, and what is done with it through the ports alone. */
public final class Copies {
    private Copies() {}

    public record Copy(
            DatabaseDescriptor shape,
            Path schema,
            Map<QualifiedName, byte[]> rows,
            Map<QualifiedName, Fingerprint> fingerprints) {}

    public static Copy of(Snapshot snapshot) {
        Map<QualifiedName, ByteArrayOutputStream> rows = new HashMap<>();
        Map<QualifiedName, Fingerprint> fingerprints = new HashMap<>();
        for (ReadTask task : snapshot.plan()) {
            for (TableReadResult result : snapshot.read(task, keeping(rows))) {
                fingerprints.merge(result.part().table().name(), result.fingerprint(), Fingerprint::plus);
            }
        }
        Map<QualifiedName, byte[]> kept = new HashMap<>();
        rows.forEach((name, bytes) -> kept.put(name, bytes.toByteArray()));
        return new Copy(snapshot.shape(), schema(snapshot), kept, fingerprints);
    }

    private static Path schema(Snapshot snapshot) {
        try {
            Path schema = ProcessTempDirectory.file("schema", ".dump");
            schema.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(schema)) {
                snapshot.dumpSchema(out);
            }
            return schema;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static RowSink keeping(Map<QualifiedName, ByteArrayOutputStream> rows) {
        return new RowSink() {
            private ByteArrayOutputStream current = new ByteArrayOutputStream();

            @Override
            public void begin(TableReadRange part) {
                current = rows.computeIfAbsent(part.table().name(), name -> new ByteArrayOutputStream());
            }

            @Override
            public void row(byte[] buffer, int offset, int length, long hash) {
                current.write(buffer, offset, length);
            }
        };
    }

    /** Creates a database and loads everything. */
    public static void restore(Copy copy, TargetServer target, String name) {
        target.create(name, copy.shape());
        try (TargetDatabase database = target.open(name, LoadOptions.defaults())) {
            load(copy, database);
        }
    }

    /** @return the tables that could not be analyzed */
    public static List<Finding> analyze(TargetDatabase database) {
        return database.analyses().stream()
                .map(Supplier::get)
                .flatMap(List::stream)
                .toList();
    }

    public static void load(Copy copy, TargetDatabase database) {
        DatabaseDescriptor shape = copy.shape();
        database.settings(copy.shape());
        database.preData(copy.schema());
        for (TableDescriptor table : shape.tables()) {
            if (table.dataIncluded()) {
                byte[] rows = copy.rows().getOrDefault(table.name(), new byte[0]);
                long count = copy.fingerprints()
                        .getOrDefault(table.name(), Fingerprint.EMPTY)
                        .rows();
                database.load(table, count, () -> new ByteArrayInputStream(rows));
            }
        }
        while (database.indexLoaded(copy.schema())) {}
        database.postData(copy.schema());
        database.refresh(shape.populatedViews());
        database.sequences(shape.sequences());
        analyze(database);
        database.finish(copy.schema());
        database.properties(shape);
        database.admit(shape);
    }
}
