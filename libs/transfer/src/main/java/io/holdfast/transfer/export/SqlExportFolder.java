package io.holdfast.transfer.export;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A backup as a folder named {@code YYYYMMDDHHMMSS}: {@code create_schema.sql} with all definitions, a file for each table
 * with its rows, {@code full_backup.sql} with everything in the order that loads, and, written last, {@code manifest.json}
 * with the SHA-256 of each of them. To load everything take {@code full_backup.sql}; the others are for taking parts.
 */
public final class SqlExportFolder {
    private static final DateTimeFormatter PLAIN =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);
    private static final String SCHEMA = "create_schema.sql";
    private static final String FULL = "full_backup.sql";
    private static final String MANIFEST = "manifest.json";

    /** Schemas whose tables need no prefix. */
    private static final Set<String> PLAIN_SCHEMAS = Set.of("public", "main");

    private static final int LONGEST_NAME = 150;
    private static final ObjectWriter JSON = JsonMapper.builder().build().writerWithDefaultPrettyPrinter();

    /** Where the files go. */
    @FunctionalInterface
    public interface Files {
        /** @param name within the folder, without separators; closed before the next is created */
        OutputStream create(String name) throws IOException;
    }

    private final Manifest manifest;
    private final Files files;
    private final List<Map<String, Object>> written = new ArrayList<>();
    private final Set<String> names = new HashSet<>(Set.of(SCHEMA, FULL, MANIFEST));

    SqlExportFolder(Manifest manifest, Files files) {
        this.manifest = manifest;
        this.files = files;
    }

    /** The instant whose state it is, in UTC. */
    public static String name(Manifest manifest) {
        return PLAIN.format(SqlExporter.instant(manifest));
    }

    void write(SqlExporter export, SchemaDumpFile schema) throws IOException {
        file(SCHEMA, Map.of(), out -> export.definitions(schema, out));
        for (BackupContents.Table table : export.tables(schema)) {
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("table", table.name().toString());
            about.put("rows", table.rows());
            about.put("fingerprint", table.fingerprint());
            file(fileName(table.name()), about, out -> export.table(table, out));
        }
        file(FULL, Map.of(), out -> export.whole(schema, out));
        try (OutputStream out = files.create(MANIFEST)) {
            out.write(JSON.writeValueAsBytes(manifest()));
        }
    }

    private Map<String, Object> manifest() {
        BackupContents backupContents = manifest.contents();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("backup", manifest.backup().toString());
        all.put("source", backupContents.sourceName());
        all.put("timestamp", SqlExporter.instant(manifest).toString());
        all.put("engine", backupContents.server().engine());
        all.put("serverVersion", backupContents.server().version());
        all.put("encoding", backupContents.server().encoding());
        all.put("labels", backupContents.labels());
        all.put("partial", backupContents.partial());
        all.put("tables", backupContents.tables().size());
        all.put("rows", manifest.totals().rows());
        all.put("files", written);
        return all;
    }

    /** Writes a file's content. */
    @FunctionalInterface
    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private void file(String name, Map<String, Object> about, Writing writing) throws IOException {
        MessageDigest digest = sha256();
        long bytes;
        try (Counted counted = new Counted(files.create(name), digest)) {
            writing.to(counted);
            bytes = counted.bytes;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.putAll(about);
        entry.put("bytes", bytes);
        entry.put("sha256", HexFormat.of().formatHex(digest.digest()));
        written.add(entry);
    }

    /** Unique also where file systems know no case; whatever is not plain is spelled in hexadecimal. */
    private String fileName(BackupContents.Name table) {
        String shown = PLAIN_SCHEMAS.contains(table.schema()) ? table.name() : table.schema() + "." + table.name();
        StringBuilder plain = new StringBuilder();
        for (byte one : shown.getBytes(StandardCharsets.UTF_8)) {
            boolean kept =
                    one == '_' || (one == '.' && !plain.isEmpty()) || one == '-' || Character.isLetterOrDigit(one);
            plain.append(
                    kept ? String.valueOf((char) one) : "%" + HexFormat.of().toHexDigits(one));
        }
        String stem = plain.substring(0, Math.min(LONGEST_NAME, plain.length()));
        String name = stem + ".sql";
        for (int i = 2; !names.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = stem + "~" + i + ".sql";
        }
        return name;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static final class Counted extends DigestOutputStream {
        private long bytes;

        Counted(OutputStream out, MessageDigest digest) {
            super(out, digest);
        }

        @Override
        public void write(int one) throws IOException {
            super.write(one);
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            super.write(buffer, offset, length);
            bytes += length;
        }
    }
}
