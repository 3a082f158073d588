package io.holdfast.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Where an export goes on this machine. It has its name only when it is whole, and only its owner can read it: it holds
 * everybody's rows. Nothing that is there is overwritten.
 */
public final class ExportFiles {
    private static final String UNFINISHED = ".part";
    private static final FileAttribute<?> OWN_FILE = permissions("rw-------");
    private static final FileAttribute<?> OWN_FOLDER = permissions("rwx------");

    private ExportFiles() {}

    /** Writes a script. */
    @FunctionalInterface
    public interface Script {
        void to(OutputStream out) throws IOException;
    }

    /** Makes the files of a folder. */
    @FunctionalInterface
    public interface Folder {
        void in(Path folder) throws IOException;
    }

    /**
     * Writes one file.
     *
     * @param to the file, or a directory in which it gets {@code name}
     * @param lastLine what a whole script ends with
     */
    public static Path script(Path to, String name, String lastLine, Script script) throws IOException {
        Path file = refuseTaken(Files.isDirectory(to) ? to.resolve(plain(name)) : to);
        Path part = Path.of(file + UNFINISHED);
        Files.deleteIfExists(part);
        try {
            Files.createFile(part, OWN_FILE);
            try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE)) {
                script.to(out);
            }
            if (!endsWith(part, lastLine + "\n")) {
                throw new IOException("the export was cut off; export again");
            }
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static boolean endsWith(Path file, String end) throws IOException {
        byte[] wanted = end.getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "r")) {
            if (written.length() < wanted.length) {
                return false;
            }
            byte[] found = new byte[wanted.length];
            written.seek(written.length() - wanted.length);
            written.readFully(found);
            return MessageDigest.isEqual(found, wanted);
        }
    }

    /**
     * Makes a folder, checks every file against its {@code manifest.json}, and gives it its name.
     *
     * @param to the directory in which it is made; made itself if it is not there
     */
    public static Path folder(Path to, String name, Folder folder) throws IOException {
        Files.createDirectories(to);
        Path made = refuseTaken(to.resolve(plain(name)));
        Path part = to.resolve("." + name + UNFINISHED);
        delete(part);
        try {
            Files.createDirectory(part, OWN_FOLDER);
            folder.in(part);
            check(part);
            return Files.move(part, made, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(part);
        }
    }

    /** Unpacks an archive that has one folder of files. */
    public static void unpack(InputStream archive, Path folder) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(archive)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                Path file = Files.createFile(folder.resolve(plain(name.substring(name.indexOf('/') + 1))), OWN_FILE);
                try (OutputStream out = Files.newOutputStream(file)) {
                    zip.transferTo(out);
                }
            }
        }
    }

    private static void check(Path folder) throws IOException {
        Path manifest = folder.resolve("manifest.json");
        if (Files.notExists(manifest)) {
            throw new IOException("the export was cut off; export again");
        }
        for (JsonNode file : ServiceJson.parse(Files.readString(manifest)).path("files")) {
            String name = file.path("name").asText();
            Path written = folder.resolve(plain(name));
            if (Files.notExists(written)
                    || !sha256(written).equals(file.path("sha256").asText())) {
                throw new IOException("the file " + name + " of the export is missing or damaged; export again");
            }
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** A name that another machine gave must not lead out of its folder. */
    private static String plain(String name) throws IOException {
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw new IOException("the export has a file of the name \"" + name + "\", which is not kept");
        }
        return name;
    }

    private static Path refuseTaken(Path path) {
        if (Files.exists(path)) {
            throw CommandException.refused(path + " exists already and is not overwritten; name another --to", null);
        }
        return path;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static FileAttribute<?> permissions(String text) {
        Set<java.nio.file.attribute.PosixFilePermission> permissions = PosixFilePermissions.fromString(text);
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
