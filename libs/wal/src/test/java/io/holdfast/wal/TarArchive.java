package io.holdfast.wal;

import io.holdfast.wal.pieces.TarHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A base backup as pg_basebackup streams it, of files that a test gives. */
final class TarArchive implements ServerArchive {
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private final byte[] control;

    TarArchive(String systemIdentifier, String label) {
        control = ByteBuffer.allocate(8192)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Long.parseUnsignedLong(systemIdentifier))
                .array();
        file("backup_label", label.getBytes(StandardCharsets.UTF_8));
        file("global/pg_control", control);
    }

    TarArchive file(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    @Override
    public void copy(Sink to) {
        try {
            write(to.next(null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of PostgreSQL: the label first, pg_control and the manifest last. */
    void write(OutputStream to) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!file.getKey().equals("global/pg_control")) {
                entry(to, file.getKey(), file.getValue());
            }
        }
        entry(to, "global/pg_control", control);
        entry(to, BackupManifest.NAME, manifest());
        to.write(new byte[2 * TarHeader.BLOCK]);
    }

    byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(bytes);
        return bytes.toByteArray();
    }

    private static void entry(OutputStream to, String name, byte[] content) throws IOException {
        to.write(TarHeader.file(name, content.length));
        to.write(content);
        to.write(new byte[(TarHeader.BLOCK - content.length % TarHeader.BLOCK) % TarHeader.BLOCK]);
    }

    private byte[] manifest() {
        String listed = files.entrySet().stream()
                .map(file -> String.format(
                        Locale.ROOT,
                        "{ \"Path\": \"%s\", \"Size\": %d, \"Checksum-Algorithm\": \"SHA256\", \"Checksum\": \"%s\" }",
                        file.getKey(),
                        file.getValue().length,
                        HexFormat.of().formatHex(BackupManifest.sha256().digest(file.getValue()))))
                .collect(Collectors.joining(",\n"));
        String text =
                "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n" + listed + "],\n\"WAL-Ranges\": [\n"
                        + "{ \"Timeline\": 1, \"Start-LSN\": \"0/2000028\", \"End-LSN\": \"0/2000100\" }\n],\n";
        String sum = HexFormat.of().formatHex(BackupManifest.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
        return (text + "\"Manifest-Checksum\": \"" + sum + "\"}\n").getBytes(StandardCharsets.UTF_8);
    }
}
