package io.holdfast.wal;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.vault.format.VaultJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * PostgreSQL's own list of a base backup's files ({@code backup_manifest}).
 *
 * @param files by path, in Latin-1 as {@link TarEntries} has names
 */
record BackupManifest(int timeline, Lsn start, Lsn end, Map<String, ListedFile> files) {
    static final String NAME = "backup_manifest";
    private static final String LAST = "\"Manifest-Checksum\"";

    record ListedFile(long size, String sha256) {}

    /** @throws IOException if it is damaged, or has other checksums than SHA-256 */
    static BackupManifest parse(byte[] text) throws IOException {
        String whole = new String(text, StandardCharsets.UTF_8);
        JsonNode json = VaultJson.MAPPER.readTree(text);
        byte[] signed = whole.substring(0, Math.max(0, whole.lastIndexOf(LAST))).getBytes(StandardCharsets.UTF_8);
        if (!json.path("Manifest-Checksum").asText().equals(HexFormat.of().formatHex(sha256().digest(signed)))) {
            throw new IOException("its own checksum is wrong");
        }
        JsonNode ranges = json.path("WAL-Ranges");
        if (ranges.size() != 1) {
            throw new IOException(
                    "it names " + ranges.size() + " ranges of WAL; the timeline changed during the backup");
        }
        Map<String, ListedFile> files = new HashMap<>();
        for (JsonNode file : json.path("Files")) {
            if (!file.path("Checksum-Algorithm").asText().equals("SHA256")) {
                throw new IOException("a file has no SHA-256 checksum");
            }
            files.put(
                    path(file),
                    new ListedFile(
                            file.path("Size").asLong(), file.path("Checksum").asText()));
        }
        JsonNode range = ranges.get(0);
        return new BackupManifest(
                range.path("Timeline").asInt(),
                Lsn.parse(range.path("Start-LSN").asText()),
                Lsn.parse(range.path("End-LSN").asText()),
                Map.copyOf(files));
    }

    private static String path(JsonNode file) {
        byte[] bytes = file.has("Encoded-Path")
                ? HexFormat.of().parseHex(file.path("Encoded-Path").asText())
                : file.path("Path").asText().getBytes(StandardCharsets.UTF_8);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
