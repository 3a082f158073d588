package io.holdfast.wal;

import io.holdfast.wal.pieces.TarHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the archives of a base backup, and compares every file with PostgreSQL's backup manifest in one of them. */
final class BaseUnpacker {
    private static final int LARGEST_MANIFEST = 512 << 20;
    private static final String CONTROL = "global/pg_control";
    private static final String LINKS = "pg_tblspc";

    /** Where the tablespaces of the server lie on its machine. */
    private static final String MAP = "tablespace_map";

    /** The folder of tablespaces in a recovered data directory. */
    static final String TABLESPACES = "holdfast_tablespaces";

    private final @Nullable Path directory;
    private final Map<String, BackupManifest.ListedFile> found = new HashMap<>();
    private byte[] manifest = new byte[0];
    private byte[] control = new byte[0];
    private long bytes;

    /** @param bytes of all files */
    record Unpacked(BackupManifest manifest, String systemIdentifier, int files, long bytes) {}

    /** @param directory that exists, for the files; null: they are compared only */
    BaseUnpacker(@Nullable Path directory) {
        this.directory = directory;
    }

    /**
     * Reads an archive. After a failure the caller removes the files that were written.
     *
     * @param tablespace its OID; its files are written below {@value #TABLESPACES}. Null: of the data directory
     */
    void read(InputStream tar, @Nullable String tablespace) throws IOException {
        String folder = tablespace == null ? "" : tablespace(tablespace);
        TarEntries entries = new TarEntries(tar);
        for (TarHeader entry = entries.next(); entry != null; entry = entries.next()) {
            String name = folder + entry.name().replaceFirst("^\\./", "").replaceFirst("/$", "");
            switch (entry.kind()) {
                case FILE -> file(name, entry, entries);
                case DIRECTORY -> {
                    if (directory != null && !entry.name().isEmpty() && !name.equals(".")) {
                        create(place(directory, name));
                    }
                }
                case LINK -> throw new IOException("the archive has a link: " + name);
            }
        }
    }

    /** A place of its own in the new data directory, so that no path of the server's machine is used. */
    private String tablespace(String oid) throws IOException {
        if (!oid.matches("\\d+")) {
            throw new IOException("\"" + oid + "\" is no OID of a tablespace");
        }
        if (directory != null) {
            Path place = directory.resolve(TABLESPACES).resolve(oid);
            create(place);
            create(directory.resolve(LINKS));
            Files.createSymbolicLink(directory.resolve(LINKS).resolve(oid), place.toAbsolutePath());
        }
        return LINKS + "/" + oid + "/";
    }

    private static void create(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Compares what was read with the manifest in it. */
    Unpacked compared() throws IOException {
        if (manifest.length == 0) {
            throw new IOException("the archive has no " + BackupManifest.NAME);
        }
        BackupManifest listed = BackupManifest.parse(manifest);
        compare(listed);
        if (control.length < Long.BYTES) {
            throw new IOException("the archive has no " + CONTROL);
        }
        long system = ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return new Unpacked(listed, Long.toUnsignedString(system), found.size(), bytes);
    }

    private void file(String name, TarHeader entry, TarEntries entries) throws IOException {
        boolean kept = name.equals(BackupManifest.NAME) || name.equals(CONTROL);
        if (kept && entry.size() > LARGEST_MANIFEST) {
            throw new IOException(name + " has " + entry.size() + " bytes");
        }
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        MessageDigest digest = BackupManifest.sha256();
        try (OutputStream out = out(name)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = entries.read(buffer); read > 0; read = entries.read(buffer)) {
                out.write(buffer, 0, read);
                digest.update(buffer, 0, read);
                if (kept) {
                    copy.write(buffer, 0, read);
                }
            }
        }
        if (name.equals(BackupManifest.NAME)) {
            manifest = copy.toByteArray();
            return;
        }
        if (name.equals(CONTROL)) {
            control = copy.toByteArray();
        }
        bytes += entry.size();
        found.put(
                name, new BackupManifest.ListedFile(entry.size(), HexFormat.of().formatHex(digest.digest())));
    }

    private OutputStream out(String name) throws IOException {
        if (directory == null || name.equals(MAP)) {
            return OutputStream.nullOutputStream();
        }
        Path file = place(directory, name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.newOutputStream(file);
    }

    /** The archive is authentic, but its names are of another machine. */
    private static Path place(Path directory, String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        Path place =
                directory.resolve(new String(bytes, StandardCharsets.UTF_8)).normalize();
        if (!place.startsWith(directory) || place.equals(directory)) {
            throw new IOException("the archive has a file outside its directory: " + name);
        }
        return place;
    }

    private void compare(BackupManifest listed) throws IOException {
        for (Map.Entry<String, BackupManifest.ListedFile> file : listed.files().entrySet()) {
            BackupManifest.ListedFile there = found.get(file.getKey());
            if (there == null) {
                throw new IOException(file.getKey() + " is in the manifest and not in the archive");
            }
            if (!there.equals(file.getValue())) {
                throw new IOException(file.getKey() + " differs from the manifest: size " + there.size() + " of "
                        + file.getValue().size() + ", or another SHA-256");
            }
        }
        for (String name : found.keySet()) {
            if (!listed.files().containsKey(name) && !name.startsWith("pg_wal/")) {
                throw new IOException(name + " is in the archive and not in the manifest");
            }
        }
    }
}
