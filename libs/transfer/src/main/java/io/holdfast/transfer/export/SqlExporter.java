package io.holdfast.transfer.export;

import io.holdfast.engine.SqlScriptWriter;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.EngineRegistry;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A backup as plain SQL, from the vault alone: restorable with psql or sqlite3 into an empty database, without Holdfast.
 * Each row is written as it was read; the last line of a whole script is {@link #lastLine}, without which it was cut off.
 *
 * <p>Fails as {@link BackupReader} does, with BACKUP_NOT_USABLE for an engine that this version does not carry, with
 * TOOL_MISSING where PostgreSQL's {@code pg_restore} is needed and not found, and with whatever the given stream throws.
 */
public final class SqlExporter {
    private static final int BLOCK = 1 << 16;
    private static final DateTimeFormatter DASHED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss").withZone(ZoneOffset.UTC);

    private final BackupReader backup;
    private final Map<BackupContents.Name, TableDescriptor> shapes;
    private final SqlScriptWriter sqlScriptWriter;

    private SqlExporter(BackupReader backup) {
        this.backup = backup;
        DatabaseDescriptor shape = DescriptorCodec.of(backup.manifest());
        this.shapes = DescriptorCodec.byName(shape);
        this.sqlScriptWriter = EngineRegistry.of(shape).script(shape);
    }

    /** {@code database-YYYY-MM-DD-HH-MM-SS.sql}, the instant whose state it is in UTC. */
    public static String fileName(Manifest manifest) {
        return fileName(instant(manifest));
    }

    /** As {@link #fileName(Manifest)}, of a backup with this snapshot. */
    public static String fileName(Instant snapshotAt) {
        return "database-" + DASHED.format(snapshotAt) + ".sql";
    }

    static Instant instant(Manifest manifest) {
        return manifest.contents().snapshotAt();
    }

    /** What a script ends with. */
    public static String lastLine(Manifest manifest) {
        return "-- end of backup " + manifest.backup();
    }

    /** Writes everything as one script. The stream is flushed, and stays the caller's to close. */
    public static void sql(BackupReader backup, OutputStream out) throws IOException {
        try (SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            new SqlExporter(backup).whole(schema, out);
        }
    }

    /** Writes the parts and the whole as files; see {@link SqlExportFolder}. */
    public static void directory(BackupReader backup, SqlExportFolder.Files files) throws IOException {
        try (SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            new SqlExportFolder(backup.manifest(), files).write(new SqlExporter(backup), schema);
        }
    }

    void whole(SchemaDumpFile schema, OutputStream to) throws IOException {
        OutputStream out = begin(to);
        sqlScriptWriter.tables(schema.file(), out);
        for (BackupContents.Table table : tables(schema)) {
            rows(table, out);
        }
        sqlScriptWriter.rest(schema.file(), out);
        end(out);
    }

    void definitions(SchemaDumpFile schema, OutputStream to) throws IOException {
        OutputStream out = begin(to);
        sqlScriptWriter.tables(schema.file(), out);
        sqlScriptWriter.rest(schema.file(), out);
        end(out);
    }

    void table(BackupContents.Table table, OutputStream to) throws IOException {
        OutputStream out = begin(to);
        rows(table, out);
        end(out);
    }

    /** In the order of their names, but those that must be last. */
    List<BackupContents.Table> tables(SchemaDumpFile schema) {
        return backup.manifest().contents().tables().stream()
                .sorted(Comparator.comparingInt(table -> sqlScriptWriter.turn(shape(table), schema.file())))
                .toList();
    }

    private TableDescriptor shape(BackupContents.Table table) {
        return DescriptorCodec.of(table, shapes, backup.manifest());
    }

    private void rows(BackupContents.Table table, OutputStream out) throws IOException {
        sqlScriptWriter.rows(shape(table), table.rows(), () -> backup.open(table), out);
    }

    private OutputStream begin(OutputStream to) throws IOException {
        OutputStream out = new BufferedOutputStream(to, BLOCK);
        Manifest manifest = backup.manifest();
        print(
                out,
                "-- backup " + manifest.backup() + " of "
                        + quoted(manifest.contents().sourceName()) + " at " + instant(manifest)
                        + ", exported by Holdfast\n");
        sqlScriptWriter.begin(out);
        return out;
    }

    /** On one line, whatever it is. */
    private static String quoted(String name) {
        return '"' + name.replaceAll("\\p{Cntrl}", " ") + '"';
    }

    private void end(OutputStream out) throws IOException {
        sqlScriptWriter.end(out);
        print(out, lastLine(backup.manifest()) + "\n");
        out.flush();
    }

    private static void print(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
